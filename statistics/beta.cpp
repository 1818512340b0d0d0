// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/beta.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace diwan::statistics {
namespace {

constexpr int most_terms = 1000;

/// 1 / (1 + d_1/(1 + d_2/(1 + ...))) with the d of DLMF 8.17.23, front to back [Lentz 1976].
double fraction(double x, double a, double b) {
  constexpr double tiny = 1e-300;
  const auto away_from_zero = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double value = 1;
  double c = 1;
  double d = 0;
  for (int term = 0; term < most_terms; ++term) {
    const double m = std::floor(term / 2.0);
    const double numerator = term == 0 ? 1
                             : term % 2 == 0
                                 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                 : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + numerator * d);
    c = away_from_zero(1 + numerator / c);
    const double change = c * d;
    value *= change;
    if (std::abs(change - 1) < 1e-15) {
      break;
    }
  }
  return value - 1;  // the value began as 1, not 0
}

/// The place where a rising function of [low, high] has a value.
template <class Function>
double place_of(double value, double low, double high, Function function) {
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    (function(middle) < value ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

double beta_cdf(double x, double a, double b) {
  if (x <= 0 || x >= 1) {
    return x <= 0 ? 0 : 1;
  }
  if (x > (a + 1) / (a + b + 2)) {  // the fraction of the other tail converges fast
    return 1 - beta_cdf(1 - x, b, a);
  }
  const double log_front = a * std::log(x) + b * std::log1p(-x) - std::log(a) - std::lgamma(a) -
                           std::lgamma(b) + std::lgamma(a + b);
  return std::clamp(std::exp(log_front) * fraction(x, a, b), 0.0, 1.0);
}

double beta_quantile(double p, double a, double b) {
  return place_of(p, 0, 1, [&](double x) { return beta_cdf(x, a, b); });
}

double student_cdf(double t, double freedom) {
  const double tail = beta_cdf(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}

double student_quantile(double p, double freedom) {
  constexpr double far = 1e9;
  return place_of(p, -far, far, [&](double t) { return student_cdf(t, freedom); });
}

}  // namespace diwan::statistics
