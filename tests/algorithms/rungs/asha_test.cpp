// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "rung_play.hpp"

namespace diwan {
namespace {

TEST(Asha, PromotesTheBestOfThreeAsSoonAsThreeHaveEnded) {
  RungPlay play("asha");
  play.scout();
  const std::vector<std::uint32_t> first = play.issue(3);
  play.end(first[0], -0.5);
  play.end(first[1], -0.8);
  EXPECT_FALSE(play.suggester().ask(1).items.at(0).parent);
  play.end(first[2], -0.1);

  const std::vector<std::uint32_t> next = play.issue(2);

  EXPECT_EQ(play.trials().at(next[0]).parent, first[1]);
  EXPECT_EQ(play.epochs(next[0]), 3);
  EXPECT_EQ(play.x(next[0]), play.x(first[1]));
  EXPECT_EQ(play.trials().at(next[1]).parent, 0U);
}

TEST(Asha, NeverHoldsAWorkerUp) {
  RungPlay play("asha");

  EXPECT_EQ(play.issue(100).size(), 100U);
}

TEST(Asha, PassesOnNoMoreThanAThirdOfALevel) {
  RungPlay play("asha");

  // Ever better ones: the paper's rule would promote nearly all of them.
  for (int i = 0; i < 200; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, -static_cast<double>(number));
    }
  }

  std::map<double, std::size_t> at;
  std::size_t scouts = 0;
  for (const auto& [number, trial] : play.trials()) {
    if (trial.bracket == "0") {
      ++at[play.epochs(number)];
    } else {
      scouts += trial.parent == 0 ? 1 : 0;
    }
  }
  EXPECT_LE(3 * at[3], at[1]);
  EXPECT_LE(3 * at[9], at[3]);
  EXPECT_LE(3 * at[27], at[9] + scouts);
  EXPECT_GE(at[27], 2U);
}

TEST(Asha, SendsThreeScoutsThroughAllLevelsFirst) {
  RungPlay play("asha");

  // Whatever their results: each next one is worse.
  for (int i = 0; i < 12; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, number);
    }
  }

  for (std::uint32_t number = 1; number <= 12; ++number) {
    EXPECT_EQ(play.trials().at(number).bracket, "3");
    EXPECT_EQ(play.trials().at(number).parent, number % 4 == 1 ? 0 : number - 1);
    EXPECT_EQ(play.epochs(number), std::pow(3, (number - 1) % 4));
  }
}

TEST(Asha, BringsNothingOnFromALevelThatMisleads) {
  RungPlay play("asha");

  // Only full trainings show the order.
  for (int i = 0; i < 100; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, play.epochs(number) < 27 ? play.x(number) : -play.x(number));
    }
  }

  // Twelve scouts at four levels, then full trainings.
  for (const auto& [number, trial] : play.trials()) {
    EXPECT_EQ(trial.bracket, "3");
    EXPECT_TRUE(number <= 48 || play.epochs(number) == 27) << number;
  }
}

TEST(Asha, SendsWhatBeatsTheScoutsJustBelowTheTopToItAtOnce) {
  RungPlay play("asha");
  play.scout();

  // 9, 3 and 1 better than all before, then the first at the top.
  std::size_t trials = 0;
  for (bool top = false; !top; ++trials) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, -static_cast<double>(number));
      top = play.epochs(number) == 27;
    }
  }

  EXPECT_EQ(trials, 9U + 3U + 1U + 1U);
}

TEST(Asha, NeverPromotesAFailedTrial) {
  RungPlay play("asha");

  for (int i = 0; i < 60; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      if (number % 5 == 0) {
        play.end(number, play.x(number));
      } else {
        play.fail(number);
      }
    }
  }

  std::size_t promoted = 0;
  for (const auto& [number, trial] : play.trials()) {
    if (trial.parent != 0) {
      EXPECT_EQ(trial.parent % 5, 0U);
      ++promoted;
    }
  }
  EXPECT_GT(promoted, 0U);
}

TEST(Asha, RunsTheBestOfAFiniteSpaceToTheTopAndSaysSo) {
  const SearchSpace space(
      {{"x", Integer{.low = 0, .high = 4}}, {"epochs", Integer{.low = 1, .high = 27}}});
  RungPlay play("asha", space);

  for (int i = 0; i < 40; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, play.x(number));
    }
  }

  EXPECT_TRUE(play.suggester().ask(1).exhausted);
  double best = 99;
  for (const auto& [number, trial] : play.trials()) {
    best = play.epochs(number) == 27 ? std::min(best, play.x(number)) : best;
  }
  EXPECT_EQ(best, 0);
}

}  // namespace
}  // namespace diwan
