// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/stopping/running_median.hpp"

#include <numeric>

namespace diwan {

void RunningMedian::add(double value) {
  // Through the other half, so that none of the lower one is above any of the upper one.
  lower_.push(value);
  upper_.push(lower_.top());
  lower_.pop();
  if (upper_.size() > lower_.size()) {
    lower_.push(upper_.top());
    upper_.pop();
  }
}

double RunningMedian::median() const {
  return lower_.size() > upper_.size() ? lower_.top() : std::midpoint(lower_.top(), upper_.top());
}

}  // namespace diwan
