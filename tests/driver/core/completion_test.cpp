// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <gtest/gtest.h>

#include "driver/core/standing.hpp"
#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

Play running(const Budget& budget, std::size_t trials, Rules rules = loss_rules(),
             CoordinatorOptions options = {}) {
  Play play(std::move(rules), options);
  play.open(budget);
  play.answer(trials);
  return play;
}

TEST(CompletionOfAnExperiment, ComesWithTheLastTrialOfTheBudget) {
  Play play = running({.max_trials = 2, .parallel = 2, .max_failed = {}, .goal = {}}, 2);

  play.succeed({1, 1});
  EXPECT_FALSE(play.finished());
  play.succeed({2, 1});

  EXPECT_EQ(play.completion(), Completion::max_trials);
  EXPECT_EQ(play.state().finished()->reason, "max_trials");
  EXPECT_EQ(exit_status(play.state()), 0);
}

TEST(CompletionOfAnExperiment, CountsTrialsOfEveryEnd) {
  Play play = running({.max_trials = 5, .parallel = 5, .max_failed = {}, .goal = {}}, 5);

  play.succeed({1, 1});
  play.fail({2, 1});
  play.step({ended({3, 1}, RunOutcome::succeeded)});
  play.step({observed({4, 1}, 0, {0.9}), PruneWished{.run = {4, 1}, .rule = "r"},
             ended({4, 1}, RunOutcome::stopped)});
  play.step({asked(StopAsked::Kind::cancel, false, 5), ended({5, 1}, RunOutcome::stopped)});

  EXPECT_EQ(play.completion(), Completion::max_trials);
  const Counters& counters = play.state().counters();
  EXPECT_EQ(counters.succeeded, 1U);
  EXPECT_EQ(counters.failed, 1U);
  EXPECT_EQ(counters.metrics_unavailable, 1U);
  EXPECT_EQ(counters.early_stopped, 1U);
  EXPECT_EQ(counters.killed, 1U);
  EXPECT_EQ(counters.pending + counters.running, 0U);
}

TEST(CompletionOfAnExperiment, GoalReachedStopsWhatStillRuns) {
  Play play = running({.max_trials = 9, .parallel = 2, .max_failed = {}, .goal = 0.1}, 2);

  play.succeed({1, 1}, 0.1);
  EXPECT_EQ(play.cancelled(), (Cancels{{{2, 1}, false}}));
  EXPECT_EQ(play.asked_for(), 0U);
  EXPECT_FALSE(play.finished());
  play.step({ended({2, 1}, RunOutcome::stopped)});

  EXPECT_EQ(play.completion(), Completion::goal_reached);
  EXPECT_EQ(play.trial(2).status, TrialStatus::killed);
  EXPECT_EQ(play.trial(2).stop, StopReason::experiment_complete);
  EXPECT_EQ(exit_status(play.state()), 0);
}

TEST(CompletionOfAnExperiment, JudgesTheGoalOnTrialsThatEnded) {
  Play play = running({.max_trials = 9, .parallel = 2, .max_failed = {}, .goal = 0.1}, 2);

  play.step({observed({1, 1}, 0, {0.01})});

  EXPECT_TRUE(play.cancelled().empty());
}

TEST(CompletionOfAnExperiment, AMaximizedGoalIsReachedFromBelow) {
  Rules rules = loss_rules(Strategy::max);
  rules.directions = {Direction::maximize};
  Play play =
      running({.max_trials = 9, .parallel = 1, .max_failed = {}, .goal = 0.9}, 1, std::move(rules));
  play.succeed({1, 1}, 0.8);
  EXPECT_FALSE(play.finished());
  play.answer(1);

  play.succeed({2, 1}, 0.95);

  EXPECT_EQ(play.completion(), Completion::goal_reached);
}

TEST(CompletionOfAnExperiment, ALostRunDoesNotGoAgainWhenComplete) {
  Play play = running({.max_trials = 9, .parallel = 2, .max_failed = {}, .goal = 0.1}, 2);
  play.succeed({1, 1}, 0.1);

  play.step({ended({2, 1}, RunOutcome::lost, LostCause::node_gone)});

  EXPECT_EQ(play.trial(2).status, TrialStatus::killed);
  EXPECT_EQ(play.completion(), Completion::goal_reached);
}

TEST(CompletionOfAnExperiment, LeavesATrialThatWaitsPending) {
  Play play = running({.max_trials = 9, .parallel = 1, .max_failed = {}, .goal = 0.1}, 3,
                      loss_rules(), {.reserve = 2, .runs_outlive_us = false});

  play.succeed({1, 1}, 0.1);

  EXPECT_EQ(play.completion(), Completion::goal_reached);
  EXPECT_EQ(play.trial(2).status, TrialStatus::pending);
  EXPECT_EQ(play.state().counters().completed(), 1U);
}

TEST(CompletionOfAnExperiment, TooManyFailuresEndIt) {
  Play play = running({.max_trials = 9, .parallel = 3, .max_failed = 2, .goal = {}}, 3);
  play.succeed({1, 1});

  play.fail({2, 1});
  EXPECT_FALSE(play.finished());
  play.step({ended({3, 1}, RunOutcome::succeeded)});

  EXPECT_TRUE(play.cancelled().empty());
  EXPECT_EQ(play.state().completion(), Completion::max_failed);
  EXPECT_EQ(exit_status(play.state()), 4);
}

TEST(CompletionOfAnExperiment, NoFailureAllowedMeansTheFirstOneNotNone) {
  Play play = running({.max_trials = 9, .parallel = 2, .max_failed = 0, .goal = {}}, 2);
  play.succeed({1, 1});
  EXPECT_FALSE(play.finished());
  ASSERT_EQ(play.state().completion(), Completion::none);

  play.fail({2, 1});

  EXPECT_EQ(play.state().completion(), Completion::max_failed);
}

TEST(CompletionOfAnExperiment, LostRunsAreNoFailures) {
  Play play = running({.max_trials = 9, .parallel = 1, .max_failed = 1, .goal = {}}, 1);

  play.step({ended({1, 1}, RunOutcome::lost)});

  EXPECT_EQ(play.state().completion(), Completion::none);
}

TEST(CompletionOfAnExperiment, TheGoalComesBeforeTheFailures) {
  Play play = running({.max_trials = 2, .parallel = 2, .max_failed = 1, .goal = 0.1}, 2);

  play.step({observed({1, 1}, 0, {0.05}), ended({1, 1}, RunOutcome::succeeded),
             ended({2, 1}, RunOutcome::failed)});

  EXPECT_EQ(play.completion(), Completion::goal_reached);
}

TEST(CompletionOfAnExperiment, FailuresComeBeforeTheBudget) {
  Play play = running({.max_trials = 1, .parallel = 1, .max_failed = 1, .goal = {}}, 1);

  play.fail({1, 1});

  EXPECT_EQ(play.completion(), Completion::max_failed);
}

TEST(CompletionOfAnExperiment, ThreeFirstTrialsWithoutMetricsEndIt) {
  Play play = running({.max_trials = 9, .parallel = 4, .max_failed = 3, .goal = {}}, 4);

  for (const RunKey run : Runs{{2, 1}, {1, 1}, {4, 1}}) {
    play.step({ended(run, RunOutcome::succeeded)});
  }
  EXPECT_EQ(play.cancelled(), (Cancels{{{3, 1}, false}}));
  play.step({ended({3, 1}, RunOutcome::stopped)});

  EXPECT_EQ(play.completion(), Completion::no_metrics);
  EXPECT_EQ(exit_status(play.state()), 3);
}

TEST(CompletionOfAnExperiment, OneMetricAmongTheFirstThreeLetsItGoOn) {
  Play play = running({.max_trials = 9, .parallel = 4, .max_failed = {}, .goal = {}}, 4);

  play.step({ended({1, 1}, RunOutcome::succeeded)});
  play.fail({2, 1});
  play.step({ended({3, 1}, RunOutcome::succeeded)});
  play.step({ended({4, 1}, RunOutcome::succeeded)});

  EXPECT_EQ(play.state().completion(), Completion::none);
}

TEST(CompletionOfAnExperiment, KeepGoingGoesOnWithoutMetricsUnderLaterOwnersToo) {
  Play play(loss_rules());
  play.open({.max_trials = 9, .parallel = 3, .max_failed = {}, .goal = {}}, 100, true);
  play.answer(3);

  play.step({ended({1, 1}, RunOutcome::succeeded), ended({2, 1}, RunOutcome::succeeded),
             ended({3, 1}, RunOutcome::succeeded)});
  EXPECT_EQ(play.state().completion(), Completion::none);
  play.step({OwnerChanged{}});

  EXPECT_EQ(play.state().completion(), Completion::none);
}

TEST(CompletionOfAnExperiment, ALargerBudgetOpensItAgain) {
  Play play = running({.max_trials = 1, .parallel = 1, .max_failed = {}, .goal = {}}, 1);
  play.succeed({1, 1});
  ASSERT_TRUE(play.finished());
  ASSERT_EQ(play.state().completion_time(), second(3));

  play.step({BudgetSet{{.max_trials = 2, .parallel = 1, .max_failed = {}, .goal = {}}, "extend"}});
  EXPECT_EQ(play.asked_for(), 1U);
  EXPECT_FALSE(play.state().completion_time());
  play.answer(1);
  play.succeed({2, 1});

  EXPECT_EQ(play.completion(), Completion::max_trials);
}

TEST(CompletionOfAnExperiment, AnotherBudgetThatLeavesNothingToDoChangesNoFinish) {
  Play play = running({.max_trials = 1, .parallel = 1, .max_failed = {}, .goal = {}}, 1);
  play.succeed({1, 1});

  play.step({BudgetSet{{.max_trials = 1, .parallel = 9, .max_failed = {}, .goal = {}}, "file"}});

  EXPECT_TRUE(play.state().finished());
  EXPECT_EQ(play.state().completion_time(), second(3));
}

TEST(CompletionOfAnExperiment, TheSameBudgetIsNoNews) {
  const Budget budget{.max_trials = 1, .parallel = 1, .max_failed = {}, .goal = {}};
  Play play(loss_rules());
  play.open(budget);

  play.step({BudgetSet{budget, "file"}});

  EXPECT_TRUE(play.last().records.empty());
}

TEST(CompletionOfAnExperiment, TheFirstBudgetIsNewsEvenWhenItIsTheDefault) {
  Play play(loss_rules());

  play.step({BudgetSet{Budget{}, "file"}});

  EXPECT_EQ(play.last().records.size(), 1U);
}

TEST(CompletionOfAnExperiment, ABudgetBelowTheTrialsDoneEndsIt) {
  Play play = running({.max_trials = 9, .parallel = 2, .max_failed = {}, .goal = {}}, 2);
  play.succeed({1, 1});

  play.step({BudgetSet{{.max_trials = 1, .parallel = 2, .max_failed = {}, .goal = {}}, "extend"}});
  EXPECT_EQ(play.cancelled(), (Cancels{{{2, 1}, false}}));
  play.step({ended({2, 1}, RunOutcome::stopped)});

  EXPECT_EQ(play.completion(), Completion::max_trials);
  EXPECT_EQ(exit_status(play.state()), 0);
}

TEST(CompletionOfAnExperiment, ARunStoppedForACompletionThatWasTakenBackGoesAgain) {
  Play play = running({.max_trials = 9, .parallel = 2, .max_failed = {}, .goal = 0.1}, 2);
  play.succeed({1, 1}, 0.1);
  ASSERT_EQ(play.cancelled().size(), 1U);
  play.step({BudgetSet{{.max_trials = 9, .parallel = 2, .max_failed = {}, .goal = {}}, "file"}});

  play.step({ended({2, 1}, RunOutcome::stopped)});

  EXPECT_EQ(play.submitted(), (Runs{{2, 2}}));
  EXPECT_EQ(play.trial(2).lost_unknown, 0U);
}

TEST(CompletionOfAnExperiment, IsReachedWhileDrainingToo) {
  Play play = running({.max_trials = 1, .parallel = 1, .max_failed = {}, .goal = {}}, 1);

  play.step({asked(StopAsked::Kind::drain)});
  play.succeed({1, 1});

  EXPECT_EQ(play.completion(), Completion::max_trials);
  EXPECT_EQ(exit_status(play.state()), 0);
}

TEST(CompletionOfAnExperiment, NameSurvivesItsText) {
  for (const Completion each :
       {Completion::none, Completion::goal_reached, Completion::max_trials, Completion::exhausted,
        Completion::max_failed, Completion::no_metrics}) {
    EXPECT_EQ(completion_named(to_string(each)), each);
  }
  EXPECT_EQ(completion_named("max"), Completion::none);
}

}  // namespace
}  // namespace diwan
