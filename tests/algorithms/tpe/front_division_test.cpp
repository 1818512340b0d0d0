// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/front_division.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/hypervolume.hpp"
#include "tests/for_each_seed.hpp"

namespace diwan {
namespace {

using Rows = std::vector<std::vector<double>>;
using Numbers = std::vector<std::size_t>;

Numbers good_of(const FrontDivision& division) {
  Numbers good;
  for (const Division::Weighted& one : division.good()) {
    good.push_back(one.observation);
  }
  return good;
}

Numbers good_of(const std::vector<FrontDivision::Result>& results, double gamma) {
  FrontDivision division(gamma);
  for (const FrontDivision::Result& result : results) {
    division.take(result);
  }
  division.settle();
  return good_of(division);
}

TEST(FrontDivision, TakesFrontByFrontCompleteOnesBeforeEarlyStoppedOnes) {
  // Of 4 results gamma 1 makes 2 good, gamma 1.5 makes 3.
  const std::vector<FrontDivision::Result> results = {
      {.early_stopped = true, .objectives = {0, 0}, .observation = 0},
      {.early_stopped = false, .objectives = {3, 3}, .observation = 1},
      {.early_stopped = false, .objectives = {2, 1}, .observation = 2},
      {.early_stopped = false, .objectives = {1, 2}, .observation = 3}};

  EXPECT_EQ(good_of(results, 1), (Numbers{2, 3}));
  EXPECT_EQ(good_of(results, 1.5), (Numbers{1, 2, 3}));
}

TEST(FrontDivision, SaysWhoMovesSoThatTheGoodGroupIsRight) {
  for_each_seed(20, [](Dice& dice) {
    FrontDivision division(std::nullopt);
    std::set<std::size_t> good;
    for (std::size_t i = 0; i < 150; ++i) {
      const std::vector<double> objectives = {static_cast<double>(dice.below(40)),
                                              static_cast<double>(dice.below(40))};
      division.take(
          {.early_stopped = dice.chance(0.1), .objectives = objectives, .observation = i});
      if (dice.chance(0.3)) {
        continue;  // several results between two looks
      }
      for (const Division::Move& move : division.settle()) {
        EXPECT_EQ(good.contains(move.observation), !move.to_good);
        if (move.to_good) {
          good.insert(move.observation);
        } else {
          good.erase(move.observation);
        }
      }

      EXPECT_EQ(good_of(division), Numbers(good.begin(), good.end()));
      EXPECT_EQ(good.size(), Division::good_size(i + 1, std::nullopt));
    }
  });
}

TEST(FrontDivision, ChangesWithItsMembersAlone) {
  FrontDivision division(1.0);
  division.take({.early_stopped = false, .objectives = {1, 1}, .observation = 0});
  division.settle();
  EXPECT_TRUE(division.changed());
  division.good();

  division.take({.early_stopped = false, .objectives = {2, 2}, .observation = 1});
  division.settle();
  EXPECT_TRUE(division.changed());
  division.good();
  division.take({.early_stopped = false, .objectives = {3, 3}, .observation = 2});
  division.settle();

  EXPECT_FALSE(division.changed());
}

TEST(Spread, TakesThoseFirstThatAddMost) {
  // Beside (0.4, 0.3) they add 0.04, 0.0525 and 0.03, and beside (0.05, 0.95) the first 0.005.
  const Rows front = {{0, 1}, {0.05, 0.95}, {0.4, 0.3}, {1, 0}};

  EXPECT_EQ(spread(front, 3), (Numbers{2, 1, 3}));
  EXPECT_EQ(spread(front, 9).size(), 4U);
  EXPECT_TRUE(spread({}, 3).empty());
}

TEST(Spread, DoesNotDependOnUnitsAndTakesHugeValues) {
  Rows front = {{0, 1}, {0.05, 0.95}, {0.4, 0.3}, {1, 0}};
  for (std::vector<double>& row : front) {
    row[0] = (2 * row[0] - 1) * 1.7e308;
    row[1] = 7 + row[1] * 1e-9;
  }

  EXPECT_EQ(spread(front, 3), (Numbers{2, 1, 3}));
}

TEST(Spread, HasNearlyTheMostHypervolumeOfAllChoices) {
  for_each_seed(20, [](Dice& dice) {
    Rows front;
    for (int i = 0; i < 9; ++i) {
      const double x = (i + 0.001 * static_cast<double>(dice.below(900))) / 9;
      front.push_back({x, 1 - x * x});
    }
    const auto volume = [&](const Numbers& chosen) {
      Rows rows;
      for (const std::size_t i : chosen) {
        rows.push_back(front[i]);
      }
      return hypervolume(rows, std::vector<double>{1.1, 1.1});
    };
    double most = 0;
    for (std::size_t a = 0; a < 9; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        for (std::size_t c = 0; c < b; ++c) {
          most = std::max(most, volume({a, b, c}));
        }
      }
    }

    // 1 - 1/e is what one by one is sure of [Nemhauser et al. 1978].
    EXPECT_GE(volume(spread(front, 3)), 0.9 * most);
  });
}

}  // namespace
}  // namespace diwan
