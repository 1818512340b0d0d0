// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/elementary.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include <gtest/gtest.h>

namespace diwan {
namespace {

constexpr double ulp = std::numeric_limits<double>::epsilon();

TEST(Elementary, ExponentialAndLogarithmAgreeWithTheCLibraryToAnUlp) {
  for (int i = 0; i < 3830; ++i) {
    const double x = -708 + 0.37 * i;
    EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 1.5 * ulp) << x;
  }
  for (int exponent = -996; exponent < 996; ++exponent) {
    for (const double mantissa : {1.0, 1.0137, 1.21, 1.4142, 1.4143, 1.75, 1.9999}) {
      const double x = std::ldexp(mantissa, exponent);
      EXPECT_NEAR(portable_log(x), std::log(x), 1.5 * ulp * std::fabs(std::log(x))) << x;
    }
  }
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_log(1), 0);
  EXPECT_EQ(portable_exp(-1000), 0);
  EXPECT_EQ(portable_exp(1000), std::numeric_limits<double>::infinity());
}

// Figures of mpmath 1.4 at 40 digits.
TEST(Elementary, NormalDistributionFunctionGivesTheKnownValues) {
  for (const auto& [x, p] :
       {std::pair{-37.0, 5.725571222524577e-300}, std::pair{-20.0, 2.7536241186062337e-89},
        std::pair{-8.5, 9.479534822203318e-18}, std::pair{-3.0, 0.0013498980316300946},
        std::pair{-1.0, 0.15865525393145705}, std::pair{-0.1, 0.460172162722971},
        std::pair{0.0, 0.5}, std::pair{0.5, 0.6914624612740131}, std::pair{2.0, 0.9772498680518208},
        std::pair{5.0, 0.9999997133484281}}) {
    EXPECT_NEAR(normal_cdf(x) / p, 1, 2e-13) << x;
  }
}

TEST(Elementary, NormalQuantileGivesTheKnownValues) {
  for (const auto& [p, x] :
       {std::pair{1e-300, -37.0470962993612}, std::pair{1e-20, -9.262340089798407},
        std::pair{1e-6, -4.753424308822899}, std::pair{0.02425, -1.972961051311885},
        std::pair{0.1, -1.2815515655446004}, std::pair{0.3, -0.5244005127080408},
        std::pair{0.9, 1.2815515655446006}, std::pair{0.999, 3.090232306167813}}) {
    EXPECT_NEAR(normal_quantile(p), x, 1e-13 * std::fabs(x)) << p;
  }
}

TEST(Elementary, QuantileUndoesTheDistributionFunction) {
  for (int i = 0; i < 382; ++i) {
    const double x = -36 + 0.11 * i;
    // Above 0 the probability keeps fewer digits of x than x has.
    const double tolerance = x < 0 ? 1e-12 : 1e-9 / normal_cdf(-x) * 1e-6;
    EXPECT_NEAR(normal_quantile(normal_cdf(x)), x, tolerance) << x;
  }
}

}  // namespace
}  // namespace diwan
