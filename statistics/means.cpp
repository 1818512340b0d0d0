// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/means.hpp"

#include <cmath>

#include "statistics/beta.hpp"
#include "statistics/spread.hpp"

namespace diwan::statistics {
namespace {

Difference difference(double value, double error, double freedom) {
  const double reach = student_quantile(0.975, freedom) * error;
  return {.value = value,
          .low = value - reach,
          .high = value + reach,
          .p_value = 2 * student_cdf(-std::abs(value) / error, freedom)};
}

}  // namespace

Repeats repeats_of(std::span<const double> values) {
  const Spread spread = spread_of(values);
  const auto n = static_cast<double>(values.size());
  return {.count = values.size(),
          .mean = spread.mean,
          .deviation = n > 1 ? spread.deviation * std::sqrt(n / (n - 1)) : 0};
}

std::optional<Difference> difference_of(std::span<const double> first,
                                        std::span<const double> second) {
  const Repeats a = repeats_of(first);
  const Repeats b = repeats_of(second);
  if (a.count < 2 || b.count < 2) {
    return std::nullopt;
  }
  // Squares of the standard errors, and Welch's degrees of freedom.
  const auto m = static_cast<double>(a.count);
  const auto n = static_cast<double>(b.count);
  const double u = a.deviation * a.deviation / m;
  const double v = b.deviation * b.deviation / n;
  if (!(u + v > 0)) {
    return std::nullopt;
  }
  const double freedom = (u + v) * (u + v) / (u * u / (m - 1) + v * v / (n - 1));
  return difference(a.mean - b.mean, std::sqrt(u + v), freedom);
}

std::optional<Difference> difference_of(std::span<const double> repeats, double result) {
  const Repeats known = repeats_of(repeats);
  if (known.count < 2 || !(known.deviation > 0)) {
    return std::nullopt;
  }
  const auto n = static_cast<double>(known.count);
  return difference(known.mean - result, known.deviation * std::sqrt(1 + 1 / n), n - 1);
}

}  // namespace diwan::statistics
