// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/pbt/pbt.hpp"

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/remarks.hpp"

namespace diwan {
namespace {

/// A population of five, of which the worst is replaced, over x in 1..100.
class Play {
 public:
  struct Trial {
    double x = 0;
    std::string generation;
    std::string member;
    std::uint32_t parent = 0;  ///< 0: none
  };

  explicit Play(Settings settings = {{"n_population", "5"},
                                     {"truncation_threshold", "0.2"},
                                     {"resample_probability", "0"}})
      : suggester_(
            make_suggester("pbt", {.space = SearchSpace({{"x", Real{.low = 1, .high = 100}}}),
                                   .seed = 7,
                                   .settings = std::move(settings)})) {}

  Suggester& suggester() { return *suggester_; }
  const Trial& trial(std::uint32_t number) const { return trials_.at(number); }

  std::vector<std::uint32_t> issue(std::size_t count) {
    std::vector<std::uint32_t> numbers;
    for (const Suggestion& next : suggester_->ask(count).items) {
      const auto number = static_cast<std::uint32_t>(trials_.size()) + 1;
      suggester_->tell(Issued{.trial = number,
                              .assignment = next.assignment,
                              .labels = next.labels,
                              .parent = next.parent});
      trials_[number] = {.x = next.assignment.values[0],
                         .generation = next.labels.at("generation"),
                         .member = next.labels.at("member"),
                         .parent = next.parent.value_or(0)};
      numbers.push_back(number);
    }
    return numbers;
  }
  std::uint32_t issue() { return issue(1).at(0); }
  void end(std::uint32_t number, double value) {
    suggester_->tell(Finished{.trial = number, .objectives = {value}});
  }
  void fail(std::uint32_t number, TrialOutcome outcome = TrialOutcome::failed) {
    suggester_->tell(Finished{.trial = number, .outcome = outcome, .objectives = {}});
  }
  /// The first five end with 1, 2, 3, 4 and 5.
  void first_generation() {
    for (const std::uint32_t number : issue(5)) {
      end(number, number);
    }
  }

 private:
  std::unique_ptr<Suggester> suggester_;
  std::map<std::uint32_t, Trial> trials_;
};

TEST(Pbt, BeginsWithANewPointForEachMember) {
  Play play;

  play.issue(5);

  std::set<double> points;
  for (std::uint32_t number = 1; number <= 5; ++number) {
    points.insert(play.trial(number).x);
    EXPECT_EQ(play.trial(number).generation, "0");
    EXPECT_EQ(play.trial(number).member, std::to_string(number));
    EXPECT_EQ(play.trial(number).parent, 0U);
  }
  EXPECT_EQ(points.size(), 5U);
}

TEST(Pbt, LetsMembersGoOnWithTheirOwnWeightsAndValuesTheBestFirst) {
  Play play;
  play.first_generation();

  play.issue(4);

  for (std::uint32_t number = 6; number <= 9; ++number) {
    EXPECT_EQ(play.trial(number).parent, number - 5);
    EXPECT_EQ(play.trial(number).x, play.trial(number - 5).x);
    EXPECT_EQ(play.trial(number).member, std::to_string(number - 5));
    EXPECT_EQ(play.trial(number).generation, "1");
  }
}

TEST(Pbt, ReplacesTheWorstByACopyOfTheBestWithValuesNearIts) {
  Play play;
  play.first_generation();

  const std::uint32_t copy = play.issue(5).back();

  EXPECT_EQ(play.trial(copy).parent, 1U);
  EXPECT_EQ(play.trial(copy).member, "5");
  EXPECT_EQ(play.trial(copy).generation, "1");
  const double ratio = play.trial(copy).x / play.trial(1).x;
  const double moved = std::fabs(play.trial(copy).x - play.trial(1).x);
  EXPECT_TRUE(std::fabs(ratio - 1.2) < 1e-9 || std::fabs(ratio - 0.8) < 1e-9 ||
              std::fabs(moved - 0.02 * 99) < 1e-9)
      << play.trial(1).x << " to " << play.trial(copy).x;
}

TEST(Pbt, WaitsForNobody) {
  Play play;
  play.issue(5);
  play.end(1, 1);
  play.end(2, 2);

  const std::vector<std::uint32_t> next = play.issue(2);

  EXPECT_EQ(play.trial(next[0]).parent, 1U);
  EXPECT_EQ(play.trial(next[1]).parent, 2U) << "one of two is more than a fifth";
  play.end(3, 1.5);
  EXPECT_EQ(play.trial(play.issue()).parent, 3U) << "2 is worse";
  play.end(4, 4);
  EXPECT_EQ(play.trial(play.issue()).parent, 1U) << "the worst of four";
}

TEST(Pbt, JudgesALaggardByItsOwnGeneration) {
  Play play;
  play.issue(5);
  for (std::uint32_t number = 1; number <= 4; ++number) {
    play.end(number, 10 + number);
  }
  for (const std::uint32_t number : play.issue(4)) {
    play.end(number, number);  // far better, having trained for longer
  }
  play.end(5, 12.5);

  const std::uint32_t next = play.issue();

  EXPECT_EQ(play.trial(next).member, "5");
  EXPECT_EQ(play.trial(next).parent, 5U);
  EXPECT_EQ(play.trial(next).generation, "1");
}

TEST(Pbt, CopiesTheBestAsFarAsTheyAre) {
  Play play;
  play.issue(5);
  for (std::uint32_t number = 1; number <= 4; ++number) {
    play.end(number, 10 + number);
  }
  const std::uint32_t ahead = play.issue(4).front();
  play.end(ahead, 1);
  play.end(5, 20);

  const std::uint32_t copy = play.issue();

  EXPECT_EQ(play.trial(copy).member, "5");
  EXPECT_EQ(play.trial(copy).parent, ahead);
  EXPECT_EQ(play.trial(copy).generation, "2");
}

TEST(Pbt, ReplacesAMemberWhoseTrialFailedByACopy) {
  for (const TrialOutcome outcome :
       {TrialOutcome::failed, TrialOutcome::killed, TrialOutcome::metrics_unavailable}) {
    Play play;
    play.first_generation();
    const std::vector<std::uint32_t> second = play.issue(5);
    play.fail(second[2], outcome);

    const std::uint32_t next = play.issue();

    EXPECT_EQ(play.trial(next).member, "3");
    EXPECT_EQ(play.trial(next).parent, 1U) << "whose next trial has not ended";
  }
}

TEST(Pbt, ReplacesAMemberThatFailedBeforeAnyResultByANewPoint) {
  Play play;
  play.issue(5);
  play.fail(2);

  const std::uint32_t next = play.issue();

  EXPECT_EQ(play.trial(next).member, "2");
  EXPECT_EQ(play.trial(next).parent, 0U);
  EXPECT_NE(play.trial(next).x, play.trial(2).x);
}

TEST(Pbt, GoesOnFromTheLastResultOfAMemberThatFailsAtTheTop) {
  Play play;
  play.first_generation();
  play.fail(play.issue());  // the best one's next

  for (const std::uint32_t number : play.issue(5)) {
    if (play.trial(number).member == "5") {
      EXPECT_EQ(play.trial(number).parent, 1U) << "its weights are still the best there are";
    }
  }
}

TEST(Pbt, GrowsByCopiesWhereMoreIsAskedForThanItHasMembers) {
  Play play;
  play.first_generation();

  const std::vector<std::uint32_t> numbers = play.issue(7);

  ASSERT_EQ(numbers.size(), 7U);
  for (const std::size_t i : {5U, 6U}) {
    EXPECT_EQ(play.trial(numbers[i]).member, std::to_string(i + 1));
    EXPECT_EQ(play.trial(numbers[i]).parent, 1U);
  }
  std::set<double> points;
  for (const std::uint32_t number : numbers) {
    points.insert(play.trial(number).x);
  }
  EXPECT_GE(points.size(), 6U);
}

TEST(Pbt, GrowsByNewPointsBeforeThereAreResults) {
  Play play;

  const std::vector<std::uint32_t> numbers = play.issue(12);

  ASSERT_EQ(numbers.size(), 12U);
  EXPECT_EQ(play.trial(12).member, "12");
  EXPECT_EQ(play.trial(12).parent, 0U);
}

TEST(Pbt, ShrinksBackWhereFewAskOfALargePopulation) {
  Play play;
  for (const std::uint32_t number : play.issue(20)) {
    play.end(number, -static_cast<double>(number));
  }

  for (int i = 0; i < 600; ++i) {
    const std::uint32_t number = play.issue();
    play.end(number, -static_cast<double>(number));
  }

  std::set<std::string> active;
  for (std::uint32_t number = 601; number <= 620; ++number) {
    active.insert(play.trial(number).member);
  }
  EXPECT_EQ(active.size(), 5U);
}

TEST(Pbt, TakesTrialsOfTheFileAsMembers) {
  Play play;
  for (std::uint32_t number = 1; number <= 2; ++number) {
    play.suggester().tell(Issued{.trial = number, .assignment = {{50.0 + number}}, .labels = {}});
  }

  const Suggestions next = play.suggester().ask(3);

  EXPECT_EQ(next.items[0].labels.at("member"), "3");
  EXPECT_EQ(next.items[2].labels.at("member"), "5");
}

TEST(Pbt, BeginsEveryOtherMemberFromTheBestKnownResults) {
  Play play;
  for (const double x : {30.0, 10.0, 20.0}) {
    play.suggester().tell(Known{.assignment = {{x}}, .objectives = {x}});
  }
  play.suggester().tell(
      Known{.assignment = {{5}}, .outcome = TrialOutcome::failed, .objectives = {}});

  play.issue(5);

  EXPECT_EQ(play.trial(1).x, 10);
  EXPECT_EQ(play.trial(3).x, 20);
  EXPECT_EQ(play.trial(5).x, 30);
  EXPECT_EQ(play.trial(1).parent, 0U);
}

TEST(Pbt, TakesKnownResultsThatComeBetweenTheFirstTrials) {
  Play play;
  play.issue(2);
  play.suggester().tell(Known{.assignment = {{10}}, .objectives = {1}});

  EXPECT_EQ(play.trial(play.issue()).x, 10);
}

TEST(Pbt, TakesTheLargestAsTheBestWhereItMaximises) {
  const auto suggester = make_suggester("pbt", {.space = SearchSpace({{"x", Real{}}}),
                                                .directions = {Direction::maximize},
                                                .settings = {{"n_population", "5"}}});
  const Suggestions first = suggester->ask(5);
  for (std::uint32_t number = 1; number <= 5; ++number) {
    suggester->tell(Issued{.trial = number,
                           .assignment = first.items[number - 1].assignment,
                           .labels = first.items[number - 1].labels});
    suggester->tell(Finished{.trial = number, .objectives = {static_cast<double>(number)}});
  }

  EXPECT_EQ(suggester->ask(5).items[4].parent, 5U);
}

TEST(Pbt, EndsWhereEveryPointOfAFiniteSpaceHasFailed) {
  const auto suggester = make_suggester(
      "pbt", {.space = SearchSpace({{"x", Integer{.low = 1, .high = 3}}}), .settings = {}});
  for (std::uint32_t number = 1; number <= 3; ++number) {
    const Suggestions next = suggester->ask(1);
    ASSERT_EQ(next.items.size(), 1U);
    EXPECT_FALSE(next.exhausted);
    suggester->tell(Issued{
        .trial = number, .assignment = next.items[0].assignment, .labels = next.items[0].labels});
    suggester->tell(Finished{.trial = number, .outcome = TrialOutcome::failed, .objectives = {}});
  }

  EXPECT_TRUE(suggester->ask(1).exhausted);
}

std::string remark(Settings settings, std::uint32_t max_trials) {
  const std::vector<SettingProblem> all =
      remarks(*find_algorithm("pbt"), {.space = SearchSpace({{"x", Real{}}}),
                                       .max_trials = max_trials,
                                       .settings = std::move(settings)});
  return all.empty() ? "none" : all.front().what;
}

TEST(Pbt, NotesABudgetThatEndsWithTheFirstGeneration) {
  EXPECT_EQ(remark({{"n_population", "40"}}, 40),
            "maxTrialCount (40) leaves no trial after the first of each of n_population (40) "
            "members, so that nothing is bred");
  EXPECT_EQ(remark({{"n_population", "40"}}, 400), "none");
  EXPECT_EQ(remark({{"truncation_threshold", "0"}}, 400),
            "truncation_threshold (0) replaces no member, unless its trial fails");
}

}  // namespace
}  // namespace diwan
