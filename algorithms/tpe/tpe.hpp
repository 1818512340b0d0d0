// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#include "algorithms/registry.hpp"
#include "algorithms/seen.hpp"
#include "algorithms/suggester.hpp"
#include "algorithms/tpe/parzen.hpp"

namespace diwan {

struct TpeOptions {
  /// Good group min(ceil(gamma sqrt n), 25) of n results; absent: min(ceil(0.15 n), 25).
  std::optional<double> gamma = std::nullopt;
  double prior_weight = 1;
  std::size_t candidates = 24;
  std::size_t startup = 10;
};

/// The options that checked settings stand for.
TpeOptions tpe_options(const Settings& settings);

/// Tree-structured Parzen estimator, each parameter by itself [Bergstra et al. 2011], with the good
/// group, weights and bandwidths that Watanabe [2023, Tree-structured Parzen estimator] recommends:
/// observations of the good group weigh by their distance to the best of the bad group, those of
/// the bad group equally. Deviation: the least bandwidth is the magic clip; his, made for joint
/// kernels, brings single parameters to rest (Hartmann 6 after 200 trials, median of 20 seeds:
/// -2.75, with the clip -3.13).
///
/// Running and failed trials belong to the bad group. Starts with scrambled Sobol points until
/// `startup` trials have ended. The best point that is allowed and was not seen is taken; a
/// conditional parameter is modelled by the trials in which it applied.
class Tpe : public Suggester {
 public:
  Tpe(const SearchSpace& space, const TpeOptions& options, std::uint64_t seed,
      const SpaceConditions& conditions = {});

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  using Density = std::variant<NumericParzen, CategoricalParzen>;
  /// Order of results: complete ones by value, then early stopped ones by value, ties by age.
  struct Rank {
    bool early_stopped = false;
    double value = 0;
    std::size_t observation = 0;
    bool operator<(const Rank& other) const {
      return std::tie(early_stopped, value, observation) <
             std::tie(other.early_stopped, other.value, other.observation);
    }
  };
  /// A value of one parameter and how much likelier it is among the good.
  struct Candidate {
    double value = 0;
    double score = 0;
  };
  using Candidates = std::vector<Candidate>;  ///< best first, each value once

  std::size_t observe(const Assignment& assignment);
  void finish(std::size_t observation, TrialOutcome outcome, const std::vector<double>& objectives);
  void divide();
  std::size_t good_size() const;

  std::vector<Density> empty_densities() const;
  std::vector<Density> good_densities() const;
  std::optional<Assignment> modelled(std::uint64_t index, UnseenWalk::Place& place) const;
  Candidates candidates(std::size_t dimension, const Density& good, std::uint64_t index) const;
  std::optional<Assignment> best_unseen(const std::vector<Candidates>& candidates) const;

  SearchSpace space_;
  TpeOptions options_;
  ParzenOptions parzen_;
  std::uint64_t seed_;
  UnseenWalk startup_;

  std::vector<Assignment> observations_;                    ///< issued and known, in that order
  std::unordered_map<std::uint32_t, std::size_t> running_;  ///< trial to observation
  std::uint64_t issued_ = 0;
  std::size_t ended_ = 0;
  std::set<Rank> good_;
  std::set<Rank> bad_;  ///< those of the bad group that have results
  std::optional<double> best_bad_;

  // Lent to ask() to look ahead, and given back as they were.
  mutable Seen seen_;
  mutable UnseenWalk::Place place_;
  mutable std::vector<Density> bad_densities_;
  mutable std::optional<std::vector<Density>>
      good_densities_;  ///< of good_ as it is, when asked for
};

}  // namespace diwan
