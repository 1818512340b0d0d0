// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/kernels.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(Kernels, SumEveryKernelWhateverTheirNumber) {
  std::vector<double> centre;
  std::vector<double> inverse;
  std::vector<double> scale;
  double gauss = 0;
  double mass = 0;
  for (int n = 0; n < 40; ++n) {
    const Kernels kernels{.centre = centre, .inverse = inverse, .scale = scale};
    EXPECT_NEAR(gauss_sum(0.4, kernels), gauss, 1e-14 * gauss);
    EXPECT_NEAR(mass_sum(0.4, 0.5, kernels), mass, 1e-13 * mass);

    centre.push_back(0.05 * n - 0.5);
    inverse.push_back(1 + n % 5);
    scale.push_back(0.1 + n % 3);
    const double z = (0.4 - centre.back()) * inverse.back();
    const double b = (0.5 - centre.back()) * inverse.back();
    gauss += scale.back() * std::exp(-0.5 * z * z);
    mass += scale.back() * 0.5 * (std::erfc(-b / std::sqrt(2)) - std::erfc(-z / std::sqrt(2)));
  }
}

TEST(Kernels, AreZeroFarAwayAndNeverNegative) {
  const std::vector<double> centre = {0};
  const std::vector<double> inverse = {1e6};
  const std::vector<double> scale = {1};
  const Kernels kernels{.centre = centre, .inverse = inverse, .scale = scale};

  EXPECT_EQ(gauss_sum(1, kernels), 0);
  EXPECT_EQ(mass_sum(1, 2, kernels), 0);
  EXPECT_EQ(mass_sum(-2, -1, kernels), 0);
  EXPECT_EQ(mass_sum(-1, 1, kernels), 1);
}

}  // namespace
}  // namespace diwan
