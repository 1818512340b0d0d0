// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/beta.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace diwan::statistics {
namespace {

TEST(BetaCdf, HasItsClosedForms) {
  for (const double x : {0.0, 1e-6, 0.1, 0.5, 0.77, 0.999, 1.0}) {
    EXPECT_NEAR(beta_cdf(x, 1, 1), x, 1e-14);
    EXPECT_NEAR(beta_cdf(x, 3, 1), x * x * x, 1e-14);
    EXPECT_NEAR(beta_cdf(x, 1, 4), 1 - std::pow(1 - x, 4), 1e-14);
    EXPECT_NEAR(beta_cdf(x, 2, 2), x * x * (3 - 2 * x), 1e-14);
    EXPECT_NEAR(beta_cdf(x, 0.5, 0.5), 2 / std::numbers::pi * std::asin(std::sqrt(x)), 1e-13);
  }
  // P(Binomial(10, 0.3) >= 4) = I_0.3(4, 7)
  EXPECT_NEAR(beta_cdf(0.3, 4, 7), 0.3503892816, 1e-10);
}

TEST(BetaQuantile, IsTheInverse) {
  for (const double p : {0.0, 0.025, 0.5, 0.975, 1.0}) {
    EXPECT_NEAR(beta_cdf(beta_quantile(p, 3.5, 40), 3.5, 40), p, 1e-12);
  }
}

// One degree is Cauchy's distribution, two have a closed form; the rest is from tables.
TEST(Student, HasItsKnownValues) {
  for (const double t : {-30.0, -1.0, 0.0, 0.5, 2.0, 100.0}) {
    EXPECT_NEAR(student_cdf(t, 1), 0.5 + std::atan(t) / std::numbers::pi, 1e-13);
    EXPECT_NEAR(student_cdf(t, 2), 0.5 + t / (2 * std::sqrt(2 + t * t)), 1e-13);
  }
  EXPECT_NEAR(student_quantile(0.975, 1), 12.7062, 1e-4);
  EXPECT_NEAR(student_quantile(0.975, 4), 2.7764, 1e-4);
  EXPECT_NEAR(student_quantile(0.975, 30), 2.0423, 1e-4);
  EXPECT_NEAR(student_quantile(0.5, 7), 0, 1e-7);
}

}  // namespace
}  // namespace diwan::statistics
