// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

TEST(Submitting, RecordsARunAsQueuedBeforeItIsSubmitted) {
  Play play(loss_rules());
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});

  play.answer(2);

  ASSERT_EQ(play.last().records.size(), 4U);
  EXPECT_EQ(std::get<Queued>(play.last().records[2].event), (Queued{{1, 1}}));
  EXPECT_EQ(std::get<Queued>(play.last().records[3].event), (Queued{{2, 1}}));
  EXPECT_EQ(play.submitted(), (Runs{{1, 1}, {2, 1}}));
}

TEST(Submitting, NeverHasMoreLiveRunsThanSlots) {
  Play play(loss_rules(), {.reserve = 5, .runs_outlive_us = false});
  play.open({.max_trials = 10, .parallel = 8, .max_failed = {}, .goal = {}}, 3);

  play.answer(8);

  EXPECT_EQ(play.submitted(), (Runs{{1, 1}, {2, 1}, {3, 1}}));
}

TEST(Submitting, NeverHasMoreLiveRunsThanTheBudgetAllowsAtATime) {
  Play play(loss_rules(), {.reserve = 5, .runs_outlive_us = false});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});

  play.answer(7);

  EXPECT_EQ(play.submitted(), (Runs{{1, 1}, {2, 1}}));
}

TEST(Submitting, AFreedSlotGoesToTheNextInOrder) {
  Play play(loss_rules(), {.reserve = 5, .runs_outlive_us = false});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(7);

  play.succeed({2, 1});

  EXPECT_EQ(play.submitted(), (Runs{{3, 1}}));
}

TEST(Submitting, ATrialThatGoesAgainComesBeforeNewOnes) {
  Play play(loss_rules(), {.reserve = 5, .runs_outlive_us = false});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(7);
  play.succeed({1, 1});
  ASSERT_EQ(play.submitted(), (Runs{{3, 1}}));

  play.step({ended({3, 1}, RunOutcome::lost, LostCause::node_gone)});

  EXPECT_EQ(play.submitted(), (Runs{{3, 2}}));
}

TEST(Submitting, DoesNotRepeatItself) {
  Play play(loss_rules());
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(2);

  play.step({});

  EXPECT_TRUE(play.last().commands.empty());
  EXPECT_TRUE(play.last().records.empty());
}

TEST(Submitting, ALostWorkerTakesItsSlotAlong) {
  Play play(loss_rules(), {.reserve = 2, .runs_outlive_us = false});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}}, 2);
  play.answer(4);

  play.step({CapacityChanged{1}, ended({1, 1}, RunOutcome::lost, LostCause::node_gone)});
  EXPECT_TRUE(play.submitted().empty());
  play.step({CapacityChanged{2}});

  EXPECT_EQ(play.submitted(), (Runs{{1, 2}}));
}

TEST(Submitting, ALoweredParallelKillsNothing) {
  Play play(loss_rules());
  play.open({.max_trials = 10, .parallel = 3, .max_failed = {}, .goal = {}});
  play.answer(3);

  play.step({BudgetSet{{.max_trials = 10, .parallel = 1, .max_failed = {}, .goal = {}}, "file"}});
  EXPECT_TRUE(play.cancelled().empty());
  play.succeed({1, 1});
  play.succeed({2, 1});
  EXPECT_EQ(play.asked_for(), 0U);
  play.succeed({3, 1});

  EXPECT_EQ(play.asked_for(), 1U);
}

TEST(Submitting, WaitingTrialsDoNotRunBeyondALoweredBudget) {
  Play play(loss_rules(), {.reserve = 3, .runs_outlive_us = false});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(5);
  play.step({BudgetSet{{.max_trials = 2, .parallel = 2, .max_failed = {}, .goal = {}}, "extend"}});

  play.succeed({1, 1});
  EXPECT_TRUE(play.submitted().empty());
  play.succeed({2, 1});

  EXPECT_EQ(play.completion(), Completion::max_trials);
  EXPECT_EQ(play.state().counters().completed(), 2U);
}

TEST(Submitting, RunsThatOutlivedTheirCoordinatorAreGivenToTheNextLauncher) {
  const CoordinatorOptions options{.reserve = 0, .runs_outlive_us = true};
  Play before(loss_rules(), options);
  before.open({.max_trials = 10, .parallel = 3, .max_failed = {}, .goal = {}});
  before.answer(3);
  before.step({Started{.run = {2, 1}, .at = second(9), .host = "n", .gpus = {}, .pid = 1}});
  Play play(before.state(), options);

  play.step(
      {CapacityChanged{3}, OwnerChanged{}, ended({3, 1}, RunOutcome::failed), AdoptionDone{}});

  EXPECT_EQ(play.submitted(), (Runs{{1, 1}, {2, 1}})) << "3 ended";
  EXPECT_EQ(play.trial(2).phase, Phase::running);
}

}  // namespace
}  // namespace diwan
