// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "algorithms/tpe/division.hpp"

namespace diwan {

/// Division by several objectives [Ozaki et al. 2020, Multiobjective tree-structured Parzen
/// estimator]: complete observations front by front, then early stopped ones front by front. Of the
/// front that does not go in whole those that have most hypervolume together, taken one by one.
///
/// Deviation: the good weigh equally in place of by the hypervolume that each adds.
class FrontDivision {
 public:
  /// The good group is as large as Division's.
  explicit FrontDivision(std::optional<double> gamma) : gamma_(gamma) {}

  struct Result {
    bool early_stopped = false;
    std::vector<double> objectives;  ///< to be small
    std::size_t observation = 0;
  };
  /// Takes a result into the bad group, until the groups are settled again.
  void take(Result result);
  /// Divides anew where there are new results, and says who moves then, in order.  O(n |front|)
  std::vector<Division::Move> settle() const;

  /// The good group, by age; settled.
  std::vector<Division::Weighted> good() const;
  /// Has good() changed since it was called last?
  bool changed() const { return changed_; }

 private:
  void choose(bool early_stopped, std::size_t size, std::vector<std::size_t>& chosen) const;

  std::optional<double> gamma_;
  std::vector<Result> results_;
  mutable std::vector<std::size_t> good_;  ///< observations, ascending
  mutable bool settled_ = true;
  mutable bool changed_ = true;
};

/// Numbers of at most `count` rows of a front, each the one that adds most hypervolume to those
/// before it. Objectives count by their range in the front; the reference is a tenth of it behind.
std::vector<std::size_t> spread(const std::vector<std::vector<double>>& front, std::size_t count);

}  // namespace diwan
