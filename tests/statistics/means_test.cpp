// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/means.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/rng.hpp"

namespace diwan::statistics {
namespace {

TEST(Repeats, EstimateADeviation) {
  const std::array<double, 4> values = {1, 2, 3, 6};

  const Repeats repeats = repeats_of(values);

  EXPECT_EQ(repeats.count, 4U);
  EXPECT_DOUBLE_EQ(repeats.mean, 3);
  EXPECT_DOUBLE_EQ(repeats.deviation * repeats.deviation, 14.0 / 3);
  EXPECT_EQ(repeats_of(std::span(values).first(1)).deviation, 0);
  EXPECT_EQ(repeats_of({}).count, 0U);
}

// Equal spreads and counts: Student's test of 4 degrees, t = 3 / sqrt(2/3).
TEST(Difference, OfEqualSpreadsIsStudents) {
  const std::array<double, 3> first = {4, 5, 6};
  const std::array<double, 3> second = {1, 2, 3};

  const auto difference = difference_of(first, second);

  ASSERT_TRUE(difference);
  EXPECT_DOUBLE_EQ(difference->value, 3);
  EXPECT_NEAR(difference->low, 3 - 2.7764 * 0.81650, 1e-4);
  EXPECT_NEAR(difference->high, 3 + 2.7764 * 0.81650, 1e-4);
  EXPECT_NEAR(difference->p_value, 0.02131, 1e-5);
}

TEST(Difference, IsNoneWhereNothingIsKnownOfTheSpread) {
  const std::array<double, 2> equal = {1, 1};
  const std::array<double, 2> other = {2, 2};

  EXPECT_FALSE(difference_of(equal, other));
  EXPECT_FALSE(difference_of(std::span(equal).first(1), other));
  EXPECT_FALSE(difference_of({}, {}));
}

// t = (2 - 8) / sqrt(1 + 1/3) with 2 degrees; its distribution function is known in closed form,
// P(T < t) = 1/2 + t / (2 sqrt(2 + t^2)).
TEST(Difference, OfRepeatsAndOneResultIsStudents) {
  const std::array<double, 3> repeats = {1, 2, 3};
  const double t = -6 / std::sqrt(4.0 / 3);

  const auto difference = difference_of(repeats, 8);

  ASSERT_TRUE(difference);
  EXPECT_DOUBLE_EQ(difference->value, -6);
  EXPECT_NEAR(difference->high, -6 + 4.30265 * std::sqrt(4.0 / 3), 1e-4);
  EXPECT_NEAR(difference->p_value, 2 * (0.5 + t / (2 * std::sqrt(2 + t * t))), 1e-9);
  EXPECT_FALSE(difference_of(std::span(repeats).first(1), 8));
}

// Of 2000 pairs of samples of one mean about 5% are found different; 4% to 6% is two deviations.
TEST(Difference, IsWrongAsOftenAsItSays) {
  Draw draw(1, 1);
  int found = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> first;
    std::vector<double> second;
    for (int k = 0; k < 5; ++k) {
      first.push_back(draw.normal());
      second.push_back(3 * draw.normal());
      second.push_back(3 * draw.normal());
    }

    const auto difference = difference_of(first, second);

    found += difference->p_value < 0.05 ? 1 : 0;
    EXPECT_EQ(difference->p_value<0.05, difference->low> 0 || difference->high < 0);
  }
  EXPECT_NEAR(found, 100, 30);
}

}  // namespace
}  // namespace diwan::statistics
