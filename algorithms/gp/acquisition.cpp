// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/acquisition.hpp"

#include <cmath>

#include "algorithms/space/elementary.hpp"

namespace diwan::gp {
namespace {

constexpr double log_root_two_pi = 0.9189385332046727;
/// Below it h and Phi come from the continued fraction.
constexpr double tail = -5;

double density(double z) { return portable_exp(-z * z / 2 - log_root_two_pi); }

/// C(x) = 1/(x + 2/(x + 3/(x + ...))): Mills' ratio is R(x) = 1/(x + C(x)) [Abramowitz & Stegun
/// 26.2.14]. Enough terms for 1e-15 from x = 5 on.
double mills_remainder(double x) {
  const int terms = x > 30 ? 8 : (x > 10 ? 24 : 60);
  double below = x;
  for (int i = terms; i >= 2; --i) {
    below = x + i / below;
  }
  return 1 / below;
}

}  // namespace

LogH log_h(double z) {
  if (z > tail) {
    const double cdf = normal_cdf(z);
    const double h = density(z) + z * cdf;
    return {.value = portable_log(h), .slope = cdf / h};
  }
  // h = phi (1 - x R) = phi C / (x + C) and Phi = phi R = phi / (x + C), x = -z
  const double x = -z;
  const double c = mills_remainder(x);
  return {.value = -x * x / 2 - log_root_two_pi + portable_log(c / (x + c)), .slope = 1 / c};
}

LogH log_normal_cdf(double z) {
  if (z > tail) {
    const double cdf = normal_cdf(z);
    return {.value = portable_log(cdf), .slope = density(z) / cdf};
  }
  const double x = -z;
  const double c = mills_remainder(x);
  return {.value = -x * x / 2 - log_root_two_pi - portable_log(x + c), .slope = x + c};
}

Score log_expected_improvement(double mean, double variance, double best) {
  // ln s + ln h(z), z = (best - mean) / s
  const double deviation = std::sqrt(variance);
  const double z = (best - mean) / deviation;
  const LogH h = log_h(z);
  return {.value = portable_log(deviation) + h.value,
          .by_mean = -h.slope / deviation,
          .by_variance = (1 - h.slope * z) / (2 * variance)};
}

Score log_probability_of_improvement(double mean, double variance, double best) {
  const double deviation = std::sqrt(variance);
  const double z = (best - mean) / deviation;
  const LogH p = log_normal_cdf(z);
  return {.value = p.value,
          .by_mean = -p.slope / deviation,
          .by_variance = -p.slope * z / (2 * variance)};
}

Score lower_confidence_bound(double mean, double variance, double kappa) {
  const double deviation = std::sqrt(variance);
  return {.value = kappa * deviation - mean, .by_mean = -1, .by_variance = kappa / (2 * deviation)};
}

Score score(Goal goal, double mean, double variance, double best) {
  constexpr double kappa = 1.96;
  constexpr double margin = 0.01;
  switch (goal) {
    case Goal::probability_of_improvement:
      return log_probability_of_improvement(mean, variance, best - margin);
    case Goal::lower_bound:
      return lower_confidence_bound(mean, variance, kappa);
    case Goal::expected_improvement:
      break;
  }
  return log_expected_improvement(mean, variance, best);
}

}  // namespace diwan::gp
