// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/division.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/for_each_seed.hpp"

namespace diwan {
namespace {

std::vector<std::size_t> good_of(const Division& division) {
  std::vector<std::size_t> good;
  for (const Division::Weighted& one : division.good()) {
    good.push_back(one.observation);
  }
  return good;
}

TEST(Division, MovesSoThatTheGoodAreTheBestFifteenPercent) {
  for_each_seed(50, [](Dice& dice) {
    Division division(std::nullopt);
    std::vector<Division::Result> all;
    std::set<std::size_t> good;
    for (std::size_t i = 0; i < 250; ++i) {
      all.push_back({.early_stopped = dice.chance(0.1),
                     .value = static_cast<double>(dice.below(60)),
                     .observation = i});

      for (const Division::Move& move : division.take(all.back())) {
        EXPECT_EQ(good.contains(move.observation), !move.to_good);
        if (move.to_good) {
          good.insert(move.observation);
        } else {
          good.erase(move.observation);
        }
      }
    }

    std::sort(all.begin(), all.end());
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < 25; ++i) {
      expected.push_back(all[i].observation);
    }
    EXPECT_EQ(good_of(division), expected);
    EXPECT_EQ(good, std::set<std::size_t>(expected.begin(), expected.end()));
  });
}

TEST(Division, WeighsByTheGainOverTheBestOfTheRest) {
  Division division(std::nullopt);
  for (std::size_t i = 0; i < 14; ++i) {
    division.take({.value = i == 0 ? -10 : static_cast<double>(i), .observation = i});
  }

  const std::vector<Division::Weighted> good = division.good();

  ASSERT_EQ(good.size(), 3U);  // ceil(0.15 * 14); the best of the rest has 3
  EXPECT_EQ(good[0].weight, 1);
  EXPECT_DOUBLE_EQ(good[1].weight, 2.0 / 13);
  EXPECT_DOUBLE_EQ(good[2].weight, 1.0 / 13);
}

TEST(Division, WeighsHugeAndEqualValuesByFiniteNumbers) {
  Division huge(0.5);
  Division equal(0.5);
  for (std::size_t i = 0; i < 40; ++i) {
    huge.take({.value = (i % 2 == 0 ? -1.7e308 : 1.7e308), .observation = i});
    equal.take({.value = 3, .observation = i});
  }

  for (const Division::Weighted& one : huge.good()) {
    EXPECT_TRUE(one.weight >= 1e-12 && one.weight <= 1) << one.weight;
  }
  for (const Division::Weighted& one : equal.good()) {
    EXPECT_EQ(one.weight, 1);
  }
}

TEST(Division, SaysWhenTheGoodHaveChanged) {
  Division division(std::nullopt);
  for (std::size_t i = 0; i < 6; ++i) {
    division.take({.value = static_cast<double>(i), .observation = i});
  }
  division.good();

  division.take({.value = 100, .observation = 6});
  const bool by_a_bad_one = division.changed();
  division.take({.value = -1, .observation = 7});

  EXPECT_TRUE(by_a_bad_one) << "7 results have 2 good ones";
  EXPECT_TRUE(division.changed());
  division.good();
  division.take({.value = 100, .observation = 8});
  EXPECT_FALSE(division.changed());
}

}  // namespace
}  // namespace diwan
