// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <functional>
#include <queue>
#include <vector>

namespace diwan {

/// The median of numbers that come one by one: O(log n) each.
class RunningMedian {
 public:
  /// Takes a finite number.
  void add(double value);
  std::size_t size() const { return lower_.size() + upper_.size(); }
  /// The mean of the two in the middle where their number is even. Of none it is undefined.
  double median() const;

 private:
  std::priority_queue<double> lower_;  ///< the lower half, and the one in the middle
  std::priority_queue<double, std::vector<double>, std::greater<>> upper_;
};

}  // namespace diwan
