// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace diwan {

/// What an algorithm notes on a suggestion (bracket, rung, parent).
using Labels = std::map<std::string, std::string>;

/// One value for each parameter of a search space, in its order: the value itself for Real and
/// Integer, the index into the list for Categorical and Discrete, `inactive` (NaN) for a
/// conditional parameter that does not apply. SearchSpace gives the numbers their meaning.
struct Assignment {
  static constexpr double inactive = std::numeric_limits<double>::quiet_NaN();

  std::vector<double> values;

  /// Equal when every value is equal, two inactive ones included.
  bool operator==(const Assignment& other) const {
    if (values.size() != other.values.size()) {
      return false;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != other.values[i] && !(std::isnan(values[i]) && std::isnan(other.values[i]))) {
        return false;
      }
    }
    return true;
  }
};

}  // namespace diwan
