// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/random_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/rng.hpp"

namespace diwan::statistics {
namespace {

// Of the six pairs of {1, 2, 3, 4} three have 1 as their least, two 2, one 3.
TEST(BestOf, IsTheMeanOverAllSubsets) {
  const std::array<double, 4> results = {3, 1, 4, 2};

  EXPECT_DOUBLE_EQ(best_of(results, 2, Direction::minimize)->expected, (3 * 1 + 2 * 2 + 3) / 6.0);
  EXPECT_DOUBLE_EQ(best_of(results, 2, Direction::maximize)->expected, (3 * 4 + 2 * 3 + 2) / 6.0);
  EXPECT_DOUBLE_EQ(best_of(results, 1, Direction::minimize)->expected, 2.5);
  EXPECT_DOUBLE_EQ(best_of(results, 4, Direction::minimize)->expected, 1);
}

TEST(BestOf, TellsNothingBeyondItsSample) {
  const std::array<double, 2> results = {1, 2};

  EXPECT_FALSE(best_of(results, 3, Direction::minimize));
  EXPECT_FALSE(best_of(results, 0, Direction::minimize));
  EXPECT_FALSE(best_of({}, 1, Direction::minimize));
}

TEST(BestOf, HasARangeAboutItsExpectation) {
  std::vector<double> results;
  for (int i = 1; i <= 1000; ++i) {
    results.push_back(i / 1000.0);
  }

  const auto best = best_of(results, 10, Direction::minimize);

  // Of uniform numbers the least of ten is 1/11, with quantiles 1 - (1 - p)^(1/10).
  EXPECT_NEAR(best->expected, 1.0 / 11, 1e-3);
  EXPECT_NEAR(best->low, 1 - std::pow(0.95, 0.1), 2e-3);
  EXPECT_NEAR(best->high, 1 - std::pow(0.05, 0.1), 5e-3);
  const auto mirrored = best_of(results, 10, Direction::maximize);
  EXPECT_LT(mirrored->low, mirrored->expected);
  EXPECT_LT(mirrored->expected, mirrored->high);
}

TEST(BestOf, IsWithoutBias) {
  double sum = 0;
  constexpr int samples = 4000;
  for (std::uint64_t i = 0; i < samples; ++i) {
    Draw draw(i, 5);
    std::vector<double> results(12);
    std::generate(results.begin(), results.end(), [&] { return draw.uniform(); });

    sum += best_of(results, 9, Direction::maximize)->expected;
  }
  EXPECT_NEAR(sum / samples, 0.9, 0.003);  // 9/10; one sample deviates by 0.07
}

// None of ten: less than 1 - 0.025^(1/10) of all, with 97.5% confidence.
TEST(ShareAsGood, IsBoundedWhereNoneWas) {
  const std::vector<double> results(10, 5.0);

  const ShareAsGood none = share_as_good(results, 4, Direction::minimize);
  const ShareAsGood all = share_as_good(results, 4, Direction::maximize);

  EXPECT_EQ(none.as_good, 0U);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 1 - std::pow(0.025, 0.1), 1e-9);
  EXPECT_EQ(all.as_good, 10U);
  EXPECT_EQ(all.high, 1);
  EXPECT_NEAR(all.low, std::pow(0.025, 0.1), 1e-9);
  EXPECT_EQ(share_as_good({}, 1, Direction::minimize).high, 1);
}

}  // namespace
}  // namespace diwan::statistics
