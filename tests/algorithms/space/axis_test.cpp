// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/axis.hpp"

#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/space/elementary.hpp"

namespace diwan {
namespace {

/// How often each value comes from n equally spaced coordinates.
std::map<double, int> histogram(const Axis& axis, int n) {
  std::map<double, int> counts;
  for (int i = 0; i < n; ++i) {
    ++counts[axis.decode((i + 0.5) / n)];
  }
  return counts;
}

TEST(Axis, GivesEveryIntegerTheSameMassTheEndsIncluded) {
  const std::map<double, int> counts = histogram(Axis(Integer{.low = 3, .high = 6}), 4000);

  EXPECT_EQ(counts, (std::map<double, int>{{3, 1000}, {4, 1000}, {5, 1000}, {6, 1000}}));
}

TEST(Axis, GivesEverySteppedValueTheSameMass) {
  const Axis axis(Real{.low = 0.1, .high = 0.75, .step = 0.2});

  EXPECT_EQ(histogram(axis, 4000),
            (std::map<double, int>{{0.1, 1000}, {0.3, 1000}, {0.5, 1000}, {0.7, 1000}}));
}

TEST(Axis, DecodesTheEndsOfALogIntervalExactly) {
  const Axis axis(Real{.low = 1e-5, .high = 0.3, .distribution = Distribution::log_uniform});

  EXPECT_EQ(axis.decode(0), 1e-5);
  EXPECT_EQ(axis.decode(1), 0.3);
  EXPECT_EQ(axis.decode(-1), 1e-5);
  EXPECT_EQ(axis.decode(2), 0.3);
  EXPECT_NEAR(axis.decode(0.5), std::sqrt(1e-5 * 0.3), 1e-15);
}

TEST(Axis, WidensALogIntegerByHalfAStepAndRoundsInItsOwnScale) {
  const Axis axis(Integer{.low = 1, .high = 100, .distribution = Distribution::log_uniform});

  EXPECT_DOUBLE_EQ(axis.lower(), std::log(0.5));
  EXPECT_DOUBLE_EQ(axis.upper(), std::log(100.5));
  // 9.4 rounds to 9 although its logarithm is nearer to that of 9.5 than to that of 9.
  EXPECT_EQ(axis.value(std::log(9.4)), 9);
  const Axis::Cell cell = axis.cell(9);
  EXPECT_DOUBLE_EQ(cell.lower, std::log(8.5));
  EXPECT_DOUBLE_EQ(cell.upper, std::log(9.5));
  EXPECT_EQ(axis.cell(1).lower, axis.lower());
  EXPECT_EQ(axis.cell(100).upper, axis.upper());
}

TEST(Axis, RoundsALogStepInTheLinearDomain) {
  const Axis axis(
      Real{.low = 0.5, .high = 8, .step = 0.5, .distribution = Distribution::log_uniform});

  for (int i = 0; i <= 100; ++i) {
    const double halves = axis.decode(i / 100.0) * 2;
    EXPECT_EQ(halves, std::round(halves));
    EXPECT_TRUE(halves >= 1 && halves <= 16);
  }
}

TEST(Axis, KeepsTheLowestLogValueWithinHalfOfItsSize) {
  // Half a step below 1 would be negative.
  const Axis axis(
      Integer{.low = 1, .high = 101, .step = 10, .distribution = Distribution::log_uniform});

  EXPECT_DOUBLE_EQ(axis.lower(), std::log(0.5));
  EXPECT_EQ(axis.decode(0), 1);
  EXPECT_EQ(axis.decode(1), 101);
}

TEST(Axis, SpreadsANormalOverTheRangeAndTruncatesIt) {
  const Axis axis(Real{.low = -3, .high = 3, .distribution = Distribution::normal});

  EXPECT_EQ(axis.decode(0), -3);
  EXPECT_EQ(axis.decode(1), 3);
  EXPECT_NEAR(axis.decode(0.5), 0, 1e-15);
  // Deviation (3 - -3) / 6 = 1: the quartile of the standard normal, but for the cut tails.
  const double p = normal_cdf(-3) + 0.25 * (normal_cdf(3) - normal_cdf(-3));
  EXPECT_NEAR(axis.decode(0.25), normal_quantile(p), 1e-14);
}

TEST(Axis, SpreadsALogNormalInTheLogarithm) {
  const Axis axis(Real{.low = 0.01, .high = 100, .distribution = Distribution::log_normal});

  EXPECT_NEAR(axis.decode(0.5), 1, 1e-13);
  EXPECT_NEAR(std::log(axis.decode(0.8)), -std::log(axis.decode(0.2)), 1e-12);
}

TEST(Axis, PutsDiscretesInTheOrderOfTheirNumbers) {
  const Axis axis(Discrete{.values = {10, 0.1, 1}, .texts = {"10", "0.1", "1"}});

  EXPECT_EQ(axis.decode(0.1), 1);  // the index of 0.1
  EXPECT_EQ(axis.decode(0.5), 2);
  EXPECT_EQ(axis.decode(0.9), 0);
  EXPECT_EQ(axis.position(0), 2);
  EXPECT_EQ(axis.value_at(0), 0);  // the file's order
  EXPECT_TRUE(axis.ordered());
}

TEST(Axis, EncodesEveryValueToTheMiddleOfWhatDecodesToIt) {
  const std::vector<Axis> axes = {
      Axis(Integer{.low = -4, .high = 7, .step = 2}),
      Axis(Integer{.low = 1, .high = 9, .distribution = Distribution::log_uniform}),
      Axis(Integer{.low = 0, .high = 9, .distribution = Distribution::normal}),
      Axis(Real{.low = 0.1, .high = 0.9, .step = 0.1}),
      Axis(Real{.low = 1, .high = 9, .step = 0.5, .distribution = Distribution::log_normal}),
      Axis(Categorical{.choices = {"a", "b", "c"}}),
      Axis(Discrete{.values = {8, 2, 4, 1}, .texts = {"8", "2", "4", "1"}})};
  for (const Axis& axis : axes) {
    for (std::uint64_t i = 0; i < *axis.count(); ++i) {
      const double value = axis.value_at(i);
      EXPECT_EQ(axis.decode(axis.encode(value)), value);
      EXPECT_EQ(axis.index_of(value), i);
    }
  }
}

TEST(Axis, ReachesTheLargestIntegersThatADoubleHolds) {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  const Axis axis(Integer{.low = -most, .high = most});

  EXPECT_EQ(*axis.count(), (std::uint64_t{1} << 54) + 1);
  EXPECT_EQ(axis.decode(0), -0x1p53);
  EXPECT_EQ(axis.decode(1), 0x1p53);
}

TEST(Axis, OfASingleValueDecodesToIt) {
  EXPECT_EQ(Axis(Real{.low = 2.5, .high = 2.5}).decode(0.7), 2.5);
  EXPECT_EQ(Axis(Real{.low = 2.5, .high = 2.5}).count(), 1U);
  EXPECT_EQ(Axis(Integer{.low = 4, .high = 4}).decode(0.1), 4);
  EXPECT_EQ(
      Axis(Real{.low = 0, .high = 1, .step = 5, .distribution = Distribution::normal}).decode(0.99),
      0);
}

}  // namespace
}  // namespace diwan
