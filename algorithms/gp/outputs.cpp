// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/outputs.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace diwan::gp {
namespace {

/// Bound of the bad tail: as far beyond the median as `reach` times the best is before it. Where
/// half of all values equal the best, a higher quantile takes the median's place.
double tail_bound(const std::vector<double>& ascending) {
  constexpr double reach = 3;
  const double best = ascending.front();
  for (std::size_t quarter = 2; quarter <= 4; ++quarter) {
    const double middle = ascending[(ascending.size() - 1) * quarter / 4];
    if (middle > best) {
      return middle + reach * (middle - best);
    }
  }
  return best;
}

}  // namespace

std::vector<double> standardised(std::span<const std::optional<double>> values) {
  // A sixteenth of each, so that no difference below overflows.
  constexpr double shrink = 0x1p-4;
  std::vector<double> ascending;
  for (const std::optional<double>& value : values) {
    if (value) {
      ascending.push_back(*value * shrink);
    }
  }
  std::vector<double> result(values.size(), 0.0);
  if (ascending.empty()) {
    return result;
  }
  std::sort(ascending.begin(), ascending.end());
  const double best = ascending.front();
  const double worst = std::min(ascending.back(), tail_bound(ascending));
  if (!(worst > best)) {
    return result;
  }
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    // From 0 for the best to 1 for the worst.
    result[i] = values[i] ? std::min((*values[i] * shrink - best) / (worst - best), 1.0) : 1.0;
    mean += result[i] / n;
  }
  double variance = 0;
  for (double& value : result) {
    value -= mean;
    variance += value * value / n;
  }
  for (double& value : result) {
    value /= std::sqrt(variance);
  }
  return result;
}

}  // namespace diwan::gp
