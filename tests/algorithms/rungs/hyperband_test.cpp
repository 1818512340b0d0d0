// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "rung_play.hpp"

namespace diwan {
namespace {

/// Trials by bracket and rung.
std::map<std::pair<std::string, std::string>, std::size_t> counts(const RungPlay& play) {
  std::map<std::pair<std::string, std::string>, std::size_t> result;
  for (const auto& [number, trial] : play.trials()) {
    ++result[{trial.bracket, trial.rung}];
  }
  return result;
}

TEST(Hyperband, FillsEveryRungOfEveryBracketOneTrialAtATime) {
  RungPlay play("hyperband");

  // R = 27: brackets of 27+9+3+1, 12+4+1, 6+2 and 4 trials.
  for (int i = 0; i < 40 + 17 + 8 + 4; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, play.x(number));
    }
  }

  const std::map<std::pair<std::string, std::string>, std::size_t> expected = {
      {{"0", "0"}, 27}, {{"0", "1"}, 9}, {{"0", "2"}, 3}, {{"0", "3"}, 1}, {{"1", "0"}, 12},
      {{"1", "1"}, 4},  {{"1", "2"}, 1}, {{"2", "0"}, 6}, {{"2", "1"}, 2}, {{"3", "0"}, 4}};
  EXPECT_EQ(counts(play), expected);
}

TEST(Hyperband, PromotesTheBestOfARungWithMoreResourceAndTheirParent) {
  RungPlay play("hyperband");
  const std::vector<std::uint32_t> first = play.issue(27);
  std::vector<double> values;
  for (const std::uint32_t number : first) {
    EXPECT_EQ(play.epochs(number), 1);
    values.push_back(play.x(number));
    play.end(number, play.x(number));
  }
  std::sort(values.begin(), values.end());

  const std::vector<std::uint32_t> second = play.issue(9);

  std::vector<double> promoted;
  for (const std::uint32_t number : second) {
    EXPECT_EQ(play.epochs(number), 3);
    EXPECT_EQ(play.x(number), play.x(play.trials().at(number).parent));
    promoted.push_back(play.x(number));
  }
  EXPECT_EQ(promoted, std::vector<double>(values.begin(), values.begin() + 9));
}

TEST(Hyperband, LeavesNobodyIdleWhileARungWaits) {
  RungPlay play("hyperband");

  const std::vector<std::uint32_t> many = play.issue(60);

  EXPECT_EQ(many.size(), 60U);
  EXPECT_EQ(
      counts(play),
      (std::map<std::pair<std::string, std::string>, std::size_t>{
          {{"0", "0"}, 27}, {{"1", "0"}, 12}, {{"2", "0"}, 6}, {{"3", "0"}, 4}, {{"4", "0"}, 11}}));
}

TEST(Hyperband, RanksFailedTrialsLastAndNeverPromotesThem) {
  RungPlay play("hyperband");
  for (const std::uint32_t number : play.issue(27)) {
    if (number <= 4) {
      play.end(number, play.x(number));
    } else {
      play.fail(number);
    }
  }

  std::set<std::uint32_t> parents;
  for (const std::uint32_t number : play.issue(4)) {
    parents.insert(play.trials().at(number).parent);
  }
  const std::vector<std::uint32_t> next = play.issue(1);

  EXPECT_EQ(parents, (std::set<std::uint32_t>{1, 2, 3, 4}));
  EXPECT_EQ(play.trials().at(next.at(0)).bracket, "1");
}

TEST(Hyperband, GoesOnToTheNextBracketWhenAWholeRungFailed) {
  RungPlay play("hyperband");
  for (const std::uint32_t number : play.issue(27)) {
    play.fail(number);
  }

  const std::vector<std::uint32_t> next = play.issue(1);

  EXPECT_EQ(play.trials().at(next.at(0)).bracket, "1");
  EXPECT_EQ(play.epochs(next.at(0)), 3);
}

TEST(Hyperband, FinishesAFiniteSpaceAndThenSaysSo) {
  const SearchSpace space(
      {{"x", Integer{.low = 0, .high = 9}}, {"epochs", Integer{.low = 1, .high = 27}}});
  RungPlay play("hyperband", {}, space);

  for (int i = 0; i < 100; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, play.x(number));
    }
  }

  // Ten configurations, of which 3 and then 1 go on, and 1 again.
  EXPECT_EQ(counts(play),
            (std::map<std::pair<std::string, std::string>, std::size_t>{
                {{"0", "0"}, 10}, {{"0", "1"}, 3}, {{"0", "2"}, 1}, {{"0", "3"}, 1}}));
  EXPECT_TRUE(play.suggester().ask(1).exhausted);
}

TEST(Hyperband, WaitsForRunningTrialsOfAFiniteSpace) {
  const SearchSpace space(
      {{"x", Integer{.low = 0, .high = 9}}, {"epochs", Integer{.low = 1, .high = 27}}});
  RungPlay play("hyperband", {}, space);
  play.issue(10);

  const Suggestions answer = play.suggester().ask(3);

  EXPECT_TRUE(answer.items.empty());
  EXPECT_FALSE(answer.exhausted);
}

TEST(Hyperband, StartsNoMoreBracketsBelowALevelThatMisleads) {
  RungPlay play("hyperband");

  // The more epochs, the worse what looked good: every order turns round.
  for (int i = 0; i < 80; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      const double x = play.x(number);
      play.end(number, play.epochs(number) <= 1 ? x : -x);
    }
  }

  for (const auto& [number, trial] : play.trials()) {
    if (trial.bracket != "0") {
      EXPECT_EQ(play.epochs(number), 27) << number;
    }
  }
}

TEST(Hyperband, TakesAnUnlabelledTrialAtALevelIntoABracket) {
  RungPlay play("hyperband");
  const Assignment own{{0.001, 1}};
  play.suggester().tell(Issued{.trial = 100, .assignment = own, .labels = {}});
  play.suggester().tell(Finished{.trial = 100, .objectives = {-1}});

  for (const std::uint32_t number : play.issue(26)) {
    play.end(number, play.x(number));
  }

  EXPECT_EQ(play.suggester().ask(1).items.at(0).parent, 100U);
}

TEST(Hyperband, AsBohbDrawsFromWhatTheHighestLevelLearnt) {
  RungPlay play("bohb");

  for (int i = 0; i < 300; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, std::abs(play.x(number) - 0.3));
    }
  }

  std::size_t near = 0;
  std::size_t late = 0;
  for (const auto& [number, trial] : play.trials()) {
    if (number > 150 && trial.parent == 0) {
      ++late;
      near += std::abs(play.x(number) - 0.3) < 0.1 ? 1U : 0U;
    }
  }
  // Evenly spread ones would be there in one case of five.
  EXPECT_GT(3 * near, late);
}

TEST(Rungs, TakeNoConditionThatConcernsTheResource) {
  const SearchSpace space = RungPlay::space_of(27);
  for (const char* algorithm : {"hyperband", "bohb", "asha"}) {
    Problem problem{.space = space,
                    .settings = {{"resource_name", "epochs"}, {"r_l", "27"}},
                    .conditions = SpaceConditions(space, {}, {"x * epochs <= 9"})};
    const auto problems = check(*find_algorithm(algorithm), problem);

    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].what, "a condition or constraint concerns the resource, epochs");

    problem.conditions = SpaceConditions(space, {}, {"x <= 0.25 or x >= 0.75"});
    EXPECT_TRUE(check(*find_algorithm(algorithm), problem).empty());
  }
}

}  // namespace
}  // namespace diwan
