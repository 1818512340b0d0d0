// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/kernels.hpp"

#include <array>

#include "algorithms/space/elementary_inline.hpp"

namespace diwan {
namespace {

constexpr std::size_t lanes = 8;

/// Adds f(i) for all i < n in lanes, then the lanes in order.
template <class Term>
double sum_in_lanes(std::size_t n, const Term& term) {
  std::array<double, lanes> sums{};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      sums[lane] += term(i + lane);
    }
  }
  for (std::size_t lane = 0; i < n; ++i, ++lane) {
    sums.at(lane) += term(i);
  }
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return total;
}

}  // namespace

double gauss_sum(double x, const Kernels& kernels) {
  const double* const centre = kernels.centre.data();
  const double* const inverse = kernels.inverse.data();
  const double* const scale = kernels.scale.data();
  return sum_in_lanes(kernels.centre.size(), [=](std::size_t i) {
    const double z = (x - centre[i]) * inverse[i];
    return scale[i] * inlined::exp(-0.5 * z * z);
  });
}

double mass_sum(double lower, double upper, const Kernels& kernels) {
  const double* const centre = kernels.centre.data();
  const double* const inverse = kernels.inverse.data();
  const double* const scale = kernels.scale.data();
  return sum_in_lanes(kernels.centre.size(), [=](std::size_t i) {
    const double a = (lower - centre[i]) * inverse[i];
    const double b = (upper - centre[i]) * inverse[i];
    // Phi(b) - Phi(a) = Phi(-a) - Phi(-b): near 0, not near 1, where digits would be lost.
    const bool flip = a + b > 0;
    const double from = flip ? -b : a;
    const double to = flip ? -a : b;
    return scale[i] * (inlined::normal_cdf(to) - inlined::normal_cdf(from));
  });
}

}  // namespace diwan
