// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/outputs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

namespace diwan::gp {
namespace {

using Given = std::vector<std::optional<double>>;

TEST(Outputs, HaveMeanZeroAndVarianceOneInTheSameOrder) {
  const std::vector<double> y = standardised(Given{3.0, 1.0, 2.0, 7.0});

  EXPECT_NEAR(std::accumulate(y.begin(), y.end(), 0.0), 0, 1e-14);
  EXPECT_NEAR(std::inner_product(y.begin(), y.end(), y.begin(), 0.0) / 4, 1, 1e-14);
  EXPECT_TRUE(y[1] < y[2] && y[2] < y[0] && y[0] < y[3]);
}

TEST(Outputs, BringInTheBadTailAlone) {
  // Median 2, best 1: nothing counts as worse than 5.
  const std::vector<double> y = standardised(Given{1.0, 2.0, 2.0, 5.0, 1e6});

  EXPECT_EQ(y[4], y[3]);
  EXPECT_GT(y[3], y[2]);
  const std::vector<double> good = standardised(Given{-1e6, 2.0, 2.0, 2.5, 3.0});
  EXPECT_LT(good[0], good[1] - 1);
}

TEST(Outputs, CountFailuresAsTheWorst) {
  const std::vector<double> y = standardised(Given{1.0, std::nullopt, 2.0, 1.5});

  EXPECT_EQ(y[1], y[2]);
}

TEST(Outputs, AreZeroWhereNoTwoValuesDiffer) {
  for (const Given& given :
       {Given{}, Given{5.0}, Given{std::nullopt, std::nullopt}, Given(1000, 0.1), Given{0.0, 0.0},
        Given{7.0, std::nullopt}, Given(3, -1e300)}) {
    const std::vector<double> y = standardised(given);

    EXPECT_EQ(y, std::vector<double>(given.size(), 0.0));
  }
}

TEST(Outputs, StayFiniteForHugeAndTinyValues) {
  for (const Given& given :
       {Given{1e300, -1e300, 0.0}, Given{1.7e308, -1.7e308, 1.0}, Given{1e-300, 3e-300, 2e-300},
        Given{1e300, 1.0, 2.0}, Given{1.0, std::nextafter(1.0, 2.0)}, Given{-1e300, 0.0, 1.0}}) {
    const std::vector<double> y = standardised(given);

    for (const double one : y) {
      EXPECT_TRUE(std::isfinite(one));
      EXPECT_LT(std::abs(one), 10);
    }
  }
}

TEST(Outputs, TellTheBestFromAPlateauOfEquals) {
  Given given(50, 1.0);
  given.insert(given.end(), {0.5, 2.0, 3.0});

  const std::vector<double> y = standardised(given);

  EXPECT_LT(y[50], y[0]);
  EXPECT_LT(y[0], y[51]);
}

}  // namespace
}  // namespace diwan::gp
