// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <span>

namespace diwan {

/// Normal kernels side by side: centre, 1 / deviation, and the factor of each.
struct Kernels {
  std::span<const double> centre;
  std::span<const double> inverse;
  std::span<const double> scale;
};

/// sum_i scale_i exp(-((x - centre_i) inverse_i)^2 / 2)
///
/// Summed in a fixed order of eight lanes, so that the width of the machine's vectors does not
/// show.
double gauss_sum(double x, const Kernels& kernels);

/// sum_i scale_i (Phi((upper - centre_i) inverse_i) - Phi((lower - centre_i) inverse_i)), each
/// difference taken on the side of the smaller tails.
double mass_sum(double lower, double upper, const Kernels& kernels);

}  // namespace diwan
