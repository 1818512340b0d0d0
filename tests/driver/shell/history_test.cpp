// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/history.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace diwan {
namespace {

constexpr std::uint32_t slots = 4;

/// A file of 10 trials, two at a time, on an experiment that was started with it.
struct Resumed {
  Resumed() {
    request.spec.budget = {.max_trials = 10, .parallel = 2, .max_failed = 3, .goal = {}};
    request.spec.parallel_given = true;
    OwnerChanged owner;
    owner.file_budget = request.spec.budget;
    record(owner);
    record(BudgetSet{.budget = request.spec.budget, .origin = "file"});
  }
  void record(Event event) {
    history.take({history.experiment.last_record() + 1, Time{}, std::move(event)});
  }
  /// An option or `extend` changed the budget in force.
  void override_by(const char* origin, std::uint32_t max_trials, std::uint32_t parallel) {
    BudgetSet set{.budget = history.experiment.budget(), .origin = origin};
    set.budget.max_trials = max_trials;
    set.budget.parallel = parallel;
    record(set);
  }
  std::optional<BudgetSet> change() const { return budget_change(request, &history, slots); }

  RunRequest request;
  History history{Rules{.metrics = {{.name = "loss", .strategy = Strategy::min}},
                        .directions = {Direction::minimize},
                        .retries = 0}};
};

TEST(BudgetChange, IsNoneWhereNothingIsNew) {
  Resumed resumed;
  resumed.override_by("extend", 50, 2);

  EXPECT_EQ(resumed.change(), std::nullopt);
}

TEST(BudgetChange, IsWhatTheFileHasAnew) {
  Resumed resumed;
  resumed.override_by("--max-trials", 50, 2);
  resumed.request.spec.budget.max_trials = 20;

  EXPECT_EQ(resumed.change()->budget.max_trials, 20U);
  EXPECT_EQ(resumed.change()->origin, "file");
}

TEST(BudgetChange, OfTheFileLeavesTheOtherBudgetsAsTheyWereSet) {
  Resumed resumed;
  resumed.override_by("--max-trials, --parallel", 50, 7);
  resumed.request.spec.budget.goal = 0.1;
  resumed.request.spec.budget.max_failed = 5;

  const auto change = resumed.change();

  ASSERT_TRUE(change);
  EXPECT_EQ(change->budget,
            (Budget{.max_trials = 50, .parallel = 7, .max_failed = 5, .goal = 0.1}));
}

TEST(BudgetChange, FollowsTheSlotsWhereNobodySaysHowManyAtATime) {
  Resumed resumed;
  resumed.request.spec.parallel_given = false;
  EXPECT_EQ(resumed.change()->budget.parallel, slots);

  resumed.override_by("--parallel", 10, 7);
  resumed.override_by("extend", 50, 7);

  EXPECT_EQ(resumed.change(), std::nullopt) << "an option holds";
}

TEST(BudgetChange, OfFewTrialsLowersHowManyRunAtATimeUntilThereAreMore) {
  Resumed resumed;
  const std::uint32_t parallel = resumed.history.experiment.budget().parallel;
  resumed.request.max_trials = 1;

  const Budget few = resumed.change()->budget;
  resumed.override_by("--max-trials", 1, few.parallel);
  resumed.request.max_trials = 50;
  const Budget many = resumed.change()->budget;

  EXPECT_GT(parallel, 1U);
  EXPECT_EQ(few.at_a_time(), 1U);
  EXPECT_EQ(many.at_a_time(), parallel);
}

TEST(History, KeepsTheBudgetThatTheExperimentBeganWith) {
  Resumed resumed;
  const Budget first = resumed.request.spec.budget;

  resumed.override_by("extend", 50, 7);

  EXPECT_EQ(resumed.history.first_budget, first);
  EXPECT_EQ(resumed.history.experiment.budget().max_trials, 50U);
}

}  // namespace
}  // namespace diwan
