// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/gp/forest.hpp"
#include "algorithms/gp/model_space.hpp"
#include "algorithms/gp/surrogate.hpp"
#include "algorithms/registry.hpp"
#include "algorithms/seen.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

struct BayesianOptions {
  /// Results before the model is used; absent: max(4, min(d + 2, 10)).
  std::optional<std::size_t> startup = std::nullopt;
  gp::Goal goal = gp::Goal::expected_improvement;
  bool hedge = false;     ///< choose among the goals by what each has brought
  bool per_cost = false;  ///< improvement over cost, which is the number of steps reported
  bool climb = true;      ///< improve the best candidates along the gradient
  std::optional<gp::ForestKind> forest = std::nullopt;  ///< in place of the Gaussian process
  std::size_t objectives = 1;  ///< several: by Gaussian processes, the goal is no option then
};

/// The options that checked settings stand for.
BayesianOptions bayesian_options(const Settings& settings);

/// Bayesian optimisation with a Gaussian process [Jones et al. 1998; Snoek et al. 2012]: Matern 5/2
/// over a mixed space, hyperparameters of greatest posterior density, logarithmic expected
/// improvement [Ament et al. 2023]. The parts are in this folder, one a file. Forests can take the
/// place of the Gaussian process. Several objectives have a Gaussian process each, and the expected
/// hypervolume improvement takes the place of the expected improvement.
///
/// Starts with the centre of the space and scrambled Sobol points until `startup` trials have
/// ended. Failed trials count as the worst result. Up to eight pending trials are integrated over,
/// more, or with several objectives all, are believed to give what the model expects. A point so
/// near a pending one that both would tell the same is taken only when there is no other. In a
/// finite space the best point not seen is taken.
class BayesianOptimization : public Suggester {
 public:
  BayesianOptimization(const SearchSpace& space, const BayesianOptions& options, std::uint64_t seed,
                       const SpaceConditions& conditions = {});

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  struct Running {
    std::uint32_t trial = 0;
    gp::Pending pending;
    std::optional<gp::Goal> goal;  ///< that the hedge chose for it
    double steps = 1;
  };

  void finish(gp::Result result, std::optional<gp::Goal> goal, TrialOutcome outcome,
              const std::vector<double>& objectives);
  std::optional<Assignment> modelled(gp::Goal goal, std::span<const gp::Pending> pending,
                                     std::uint64_t index, UnseenWalk::Place& place) const;
  gp::Goal hedged(std::uint64_t index) const;
  std::vector<std::vector<double>> known_points(std::uint64_t index) const;
  bool taken(const std::vector<double>& point, std::span<const gp::Pending> pending) const;
  bool crowded(const std::vector<double>& point, std::span<const gp::Pending> pending) const;

  SearchSpace space_;
  gp::ModelSpace model_space_;
  BayesianOptions options_;
  std::uint64_t seed_;
  UnseenWalk startup_;
  gp::AcquisitionSearch search_;

  std::vector<gp::Result> results_;                    ///< in the order in which they came
  std::vector<std::optional<gp::Goal>> result_goals_;  ///< that the hedge chose for them
  std::vector<Running> running_;                       ///< in the order in which they were issued
  std::uint64_t issued_ = 0;

  // Lent to ask() to look ahead, and given back as they were.
  mutable Seen seen_;
  mutable UnseenWalk::Place place_;
  std::unique_ptr<gp::Surrogate> surrogate_;
};

}  // namespace diwan
