// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/ladder.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

std::vector<double> resources(const Ladder& ladder) {
  std::vector<double> result;
  for (std::size_t level = 0; level < ladder.size(); ++level) {
    result.push_back(ladder.resource(level));
  }
  return result;
}

TEST(Ladder, HasTheBracketsOfThePapersTableOne) {
  const Ladder ladder({.least = 1, .most = 81, .eta = 3});

  EXPECT_EQ(resources(ladder), (std::vector<double>{1, 3, 9, 27, 81}));
  std::vector<std::size_t> starters;
  for (std::size_t base = 0; base < ladder.size(); ++base) {
    starters.push_back(ladder.starters(base));
  }
  EXPECT_EQ(starters, (std::vector<std::size_t>{81, 34, 15, 8, 5}));
}

TEST(Ladder, DoesNotLoseALevelToRoundedLogarithms) {
  EXPECT_EQ(Ladder({.least = 1, .most = 243, .eta = 3}).size(), 6U);
  EXPECT_EQ(Ladder({.least = 1, .most = 1000, .eta = 10}).size(), 4U);
}

TEST(Ladder, TakesTheLargestValueOfTheDomainThatDoesNotExceedTheExactOne) {
  const Axis epochs(Integer{.low = 1, .high = 50});
  const Axis coarse(Integer{.low = 10, .high = 100, .step = 10});

  EXPECT_EQ(resources(Ladder({.least = 1, .most = 50, .eta = 3}, &epochs)),
            (std::vector<double>{1, 5, 16, 50}));
  EXPECT_EQ(resources(Ladder({.least = 10, .most = 100, .eta = 3}, &coarse)),
            (std::vector<double>{10, 30, 100}));
}

TEST(Ladder, KeepsFractionsOfAReal) {
  const Axis share(Real{.low = 0.1, .high = 1});

  EXPECT_EQ(resources(Ladder({.least = 0.1, .most = 1, .eta = 3}, &share)),
            (std::vector<double>{1.0 / 9, 1.0 / 3, 1}));
}

TEST(Ladder, MergesLevelsThatTheDomainCannotTellApart) {
  const Axis two(Integer{.low = 1, .high = 28, .step = 27});

  EXPECT_EQ(resources(Ladder({.least = 1, .most = 28, .eta = 3}, &two)),
            (std::vector<double>{1, 28}));
}

TEST(Ladder, FindsTheLevelOfAResource) {
  const Ladder ladder({.least = 1, .most = 27, .eta = 3});

  EXPECT_EQ(ladder.level_of(0.5), 0U);
  EXPECT_EQ(ladder.level_of(3), 1U);
  EXPECT_EQ(ladder.level_of(8.9), 1U);
  EXPECT_EQ(ladder.level_of(1000), 3U);
}

}  // namespace
}  // namespace diwan
