// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace diwan::statistics {

/// Mean and deviation of all there are (not an estimate for more of their kind); 0 where there are
/// none.
struct Spread {
  double mean = 0;
  double deviation = 0;
};

inline Spread spread_of(std::span<const double> values) {
  Spread spread;
  const auto count = static_cast<double>(std::max<std::size_t>(values.size(), 1));
  for (const double value : values) {
    spread.mean += value / count;
  }
  double variance = 0;
  for (const double value : values) {
    variance += (value - spread.mean) * (value - spread.mean) / count;
  }
  spread.deviation = std::sqrt(variance);
  return spread;
}

}  // namespace diwan::statistics
