// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cmath>
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

/// Plays one trial at a time, each of which finds its x at every level.
void play_agreeing(RungPlay& play, int trials) {
  for (int i = 0; i < trials; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, play.x(number));
    }
  }
}

TEST(Hyperband, FillsEveryRungOfEveryBracketOneTrialAtATime) {
  RungPlay play("hyperband");

  // R = 27: three scouts at four levels, a first bracket of a third, then brackets of 27+9+3+1,
  // 12+4+1, 6+2 and 4 trials.
  play_agreeing(play, 12 + 14 + 40 + 17 + 8 + 4);

  const std::map<std::pair<std::string, std::string>, std::size_t> expected = {
      {{"0", "0"}, 3}, {{"0", "1"}, 3}, {{"0", "2"}, 3},  {{"0", "3"}, 3},  {{"1", "0"}, 9},
      {{"1", "1"}, 3}, {{"1", "2"}, 1}, {{"1", "3"}, 1},  {{"2", "0"}, 27}, {{"2", "1"}, 9},
      {{"2", "2"}, 3}, {{"2", "3"}, 1}, {{"3", "0"}, 12}, {{"3", "1"}, 4},  {{"3", "2"}, 1},
      {{"4", "0"}, 6}, {{"4", "1"}, 2}, {{"5", "0"}, 4}};
  EXPECT_EQ(counts(play), expected);
}

TEST(Hyperband, HasTheBracketsOfThePapersTableOne) {
  RungPlay play("hyperband", RungPlay::space_of(81));

  play_agreeing(play, 320);

  // n_i trials with r_i epochs [Li et al. 2018, table 1], in brackets 2 to 6.
  std::map<std::string, std::map<double, std::size_t>> found;
  for (const auto& [number, trial] : play.trials()) {
    if (trial.bracket >= "2" && trial.bracket <= "6") {
      ++found[trial.bracket][play.epochs(number)];
    }
  }
  const std::map<std::string, std::map<double, std::size_t>> expected = {
      {"2", {{1, 81}, {3, 27}, {9, 9}, {27, 3}, {81, 1}}},
      {"3", {{3, 34}, {9, 11}, {27, 3}, {81, 1}}},
      {"4", {{9, 15}, {27, 5}, {81, 1}}},
      {"5", {{27, 8}, {81, 2}}},
      {"6", {{81, 5}}}};
  EXPECT_EQ(found, expected);
}

TEST(Hyperband, SendsThreeScoutsThroughAllLevelsBeforeAnyBracket) {
  RungPlay play("hyperband");

  // Whatever their results: each next one is worse.
  for (int i = 0; i < 12; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, number);
    }
  }

  for (std::uint32_t number = 1; number <= 12; ++number) {
    EXPECT_EQ(play.trials().at(number).bracket, "0");
    EXPECT_EQ(play.trials().at(number).parent, number % 4 == 1 ? 0 : number - 1);
    EXPECT_EQ(play.epochs(number), std::pow(3, (number - 1) % 4));
  }
}

TEST(Hyperband, PromotesTheBestOfARungWithMoreResourceAndTheirParent) {
  RungPlay play("hyperband");
  play.scout();
  const std::vector<std::uint32_t> first = play.issue(9);
  std::vector<double> values;
  for (const std::uint32_t number : first) {
    EXPECT_EQ(play.epochs(number), 1);
    values.push_back(play.x(number));
    play.end(number, play.x(number));
  }
  std::sort(values.begin(), values.end());

  const std::vector<std::uint32_t> second = play.issue(3);

  std::vector<double> promoted;
  for (const std::uint32_t number : second) {
    EXPECT_EQ(play.epochs(number), 3);
    EXPECT_EQ(play.x(number), play.x(play.trials().at(number).parent));
    promoted.push_back(play.x(number));
  }
  EXPECT_EQ(promoted, std::vector<double>(values.begin(), values.begin() + 3));
}

TEST(Hyperband, LeavesNobodyIdleWhileARungWaits) {
  RungPlay play("hyperband");

  const std::vector<std::uint32_t> many = play.issue(60);

  EXPECT_EQ(many.size(), 60U);
  EXPECT_EQ(counts(play),
            (std::map<std::pair<std::string, std::string>, std::size_t>{{{"0", "0"}, 3},
                                                                        {{"1", "0"}, 9},
                                                                        {{"2", "0"}, 27},
                                                                        {{"3", "0"}, 12},
                                                                        {{"4", "0"}, 6},
                                                                        {{"5", "0"}, 3}}));
}

TEST(Hyperband, RanksFailedTrialsLastAndNeverPromotesThem) {
  RungPlay play("hyperband");
  play.scout();
  for (const std::uint32_t number : play.issue(9)) {
    if (number <= 14) {
      play.end(number, play.x(number));
    } else {
      play.fail(number);
    }
  }

  std::set<std::uint32_t> parents;
  for (const std::uint32_t number : play.issue(2)) {
    parents.insert(play.trials().at(number).parent);
  }
  const std::vector<std::uint32_t> next = play.issue(1);

  EXPECT_EQ(parents, (std::set<std::uint32_t>{13, 14}));
  EXPECT_EQ(play.trials().at(next.at(0)).bracket, "2");
}

TEST(Hyperband, GoesOnToTheNextBracketWhenAWholeRungFailed) {
  RungPlay play("hyperband");
  play.scout();
  for (const std::uint32_t number : play.issue(9)) {
    play.fail(number);
  }

  const std::vector<std::uint32_t> next = play.issue(1);

  EXPECT_EQ(play.trials().at(next.at(0)).bracket, "2");
  EXPECT_EQ(play.epochs(next.at(0)), 1);
}

TEST(Hyperband, FinishesAFiniteSpaceAndThenSaysSo) {
  const SearchSpace space(
      {{"x", Integer{.low = 0, .high = 9}}, {"epochs", Integer{.low = 1, .high = 27}}});
  RungPlay play("hyperband", space);

  play_agreeing(play, 100);

  // Three scouts; of the other seven configurations 2 and then 1 go on, and 1 again.
  EXPECT_EQ(counts(play),
            (std::map<std::pair<std::string, std::string>, std::size_t>{{{"0", "0"}, 3},
                                                                        {{"0", "1"}, 3},
                                                                        {{"0", "2"}, 3},
                                                                        {{"0", "3"}, 3},
                                                                        {{"1", "0"}, 7},
                                                                        {{"1", "1"}, 2},
                                                                        {{"1", "2"}, 1},
                                                                        {{"1", "3"}, 1}}));
  EXPECT_TRUE(play.suggester().ask(1).exhausted);
}

TEST(Hyperband, WaitsForRunningTrialsOfAFiniteSpace) {
  const SearchSpace space(
      {{"x", Integer{.low = 0, .high = 9}}, {"epochs", Integer{.low = 1, .high = 27}}});
  RungPlay play("hyperband", space);
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
      EXPECT_GE(play.epochs(number), 3) << number;
    }
  }
}

TEST(Hyperband, LeavesABracketThatIsDecidedByALevelThatMisleads) {
  RungPlay play("hyperband");

  // Only full trainings show the order. The first scouts get there in the fourth round.
  for (int round = 0; round < 12; ++round) {
    const auto before = static_cast<std::uint32_t>(play.trials().size());
    for (const std::uint32_t number : play.issue(12)) {
      play.end(number, play.epochs(number) < 27 ? play.x(number) : -play.x(number));
    }
    for (auto number = before + 1; round >= 4 && number <= play.trials().size(); ++number) {
      EXPECT_TRUE(play.trials().at(number).bracket == "0" || play.epochs(number) == 27) << number;
    }
  }

  EXPECT_EQ(counts(play).at({"0", "0"}), 12U);
}

TEST(Hyperband, AsBohbLearnsNothingFromALevelThatMisleads) {
  RungPlay play("bohb");

  // Few epochs draw to 0, all of them to 1: levels that say so would make every start a low one.
  for (int i = 0; i < 200; ++i) {
    for (const std::uint32_t number : play.issue(1)) {
      play.end(number, play.epochs(number) < 27 ? play.x(number) : -play.x(number));
    }
  }

  std::size_t high = 0;
  std::size_t late = 0;
  for (const auto& [number, trial] : play.trials()) {
    if (number > 100 && trial.parent == 0) {
      ++late;
      high += play.x(number) > 0.75 ? 1U : 0U;
    }
  }
  EXPECT_GT(2 * high, late);
}

TEST(Hyperband, TakesAnUnlabelledTrialAtALevelIntoABracket) {
  RungPlay play("hyperband");
  const Assignment own{{0.001, 1}};
  play.suggester().tell(Issued{.trial = 100, .assignment = own, .labels = {}});
  play.suggester().tell(Finished{.trial = 100, .objectives = {-1}});
  play.scout();

  for (const std::uint32_t number : play.issue(8)) {
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
