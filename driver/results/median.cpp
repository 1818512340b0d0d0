// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/median.hpp"

#include <algorithm>

namespace diwan {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double reports_of(const Trial& trial) {
  return trial.metrics.empty() ? 0 : static_cast<double>(trial.metrics.front().count);
}

}  // namespace diwan
