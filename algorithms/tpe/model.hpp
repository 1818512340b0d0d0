// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "algorithms/tpe/candidates.hpp"

namespace diwan {

/// The two densities of a tree-structured Parzen estimator, of the good and of the bad
/// observations.
class TpeModel {
 public:
  struct Good {
    const Assignment* assignment = nullptr;
    double weight = 1;
  };

  TpeModel() = default;
  TpeModel(const TpeModel&) = delete;
  TpeModel(TpeModel&&) = delete;
  TpeModel& operator=(const TpeModel&) = delete;
  TpeModel& operator=(TpeModel&&) = delete;
  virtual ~TpeModel() = default;

  /// Takes an observation, by its number, into the bad group. Taking the last one out again leaves
  /// everything as it was, to the bit.
  virtual void insert(std::size_t observation, const Assignment& assignment) = 0;
  virtual void erase(std::size_t observation, const Assignment& assignment) = 0;
  /// Makes these the good group.
  virtual void learn(const std::vector<Good>& good) = 0;
  /// Draws from the good group for trial `index`, one list for each set of parameters that are
  /// drawn together, in which every parameter is once; best first.
  virtual std::vector<Candidates> candidates(std::uint64_t index) const = 0;
};

}  // namespace diwan
