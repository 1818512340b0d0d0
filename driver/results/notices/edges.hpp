// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "algorithms/space/search_space.hpp"
#include "driver/core/standing.hpp"
#include "driver/results/notices/notice.hpp"

namespace diwan {

/// Which bound of a numeric parameter a value lies at, in the parameter's own scale.
enum class Bound { low, high };
std::optional<Bound> bound_of(const SearchSpace& space, std::size_t parameter, double value);

/// Numeric parameters whose best values all lie at one bound, and along which results get better
/// towards it, so that still better ones may lie beyond. Without the latter the bound may be
/// chance: algorithms go there too with parameters that have no effect.
class Edges {
 public:
  explicit Edges(SearchSpace space) : space_(std::move(space)) {}
  /// A trial that ended and may be best, of an experiment of one objective.
  void take(const Candidate& candidate, Direction direction);
  void add_notices(const Experiment& experiment, std::vector<SearchNotice>& notices) const;

 private:
  struct Result {
    std::uint32_t trial = 0;
    double loss = 0;  ///< less is better
  };
  std::optional<Bound> bound_of_best(std::size_t parameter, const Experiment& experiment) const;
  /// How surely results get better towards the upper bound of each parameter; empty where there are
  /// too few.
  std::vector<double> rises(const Experiment& experiment) const;

  SearchSpace space_;
  std::vector<Result> results_;  ///< at the best's resource, in the order they came
  std::vector<Candidate> best_;  ///< the first few, best first
};

}  // namespace diwan
