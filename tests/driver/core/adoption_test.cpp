// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

/// Two runs are live when their coordinator dies: 1 since second 100, 2 not started.
Play interrupted(CoordinatorOptions options = {}) {
  Play play(loss_rules(), options);
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(2);
  play.step({Started{.run = {1, 1}, .at = second(1), .host = "n1", .gpus = {}, .pid = 1},
             observed({1, 1}, 0, {0.5, 0.4})});
  return play;
}

TEST(Adoption, TurnsRunsOfADeadCoordinatorIntoLostOnesThatGoAgain) {
  Play play(interrupted().state(), {});

  play.step({CapacityChanged{2}, OwnerChanged{}, AdoptionDone{}});

  ASSERT_GE(play.last().records.size(), 3U);
  const auto& lost = std::get<Ended>(play.last().records[1].event);
  EXPECT_EQ(lost.outcome, RunOutcome::lost);
  EXPECT_EQ(lost.cause, LostCause::coordinator_gone);
  EXPECT_EQ(play.submitted(), (Runs{{1, 2}, {2, 2}}));
}

TEST(Adoption, DoesNotCountTheTimeInWhichNobodyRan) {
  const Play before = interrupted();  // its last record is of second 3
  Coordinator later(before.state(), {});

  later.handle(second(100000), std::vector<Stimulus>{OwnerChanged{}, AdoptionDone{}});

  EXPECT_DOUBLE_EQ(later.experiment().trial(1).seconds, 2.0);
}

TEST(Adoption, AnEndThatWasRecordedBesideTheRunCountsAndIsNotRepeated) {
  Play play(interrupted().state(), {});

  play.step({CapacityChanged{2}, OwnerChanged{}, observed({1, 1}, 0, {0.5, 0.4, 0.3}),
             ended({1, 1}, RunOutcome::succeeded), AdoptionDone{}});

  EXPECT_EQ(play.trial(1).status, TrialStatus::succeeded);
  EXPECT_EQ(play.trial(1).metrics[0].count, 3U) << "two were acknowledged before";
  EXPECT_EQ(play.submitted(), (Runs{{2, 2}}));
}

TEST(Adoption, IsDoneOnce) {
  Play play(loss_rules());
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(2);

  play.step({AdoptionDone{}});

  EXPECT_EQ(play.state().live_trials().size(), 2U);
}

TEST(Adoption, LeavesRunsThatOutliveUsAlone) {
  const CoordinatorOptions options{.reserve = 0, .runs_outlive_us = true};
  Play play(interrupted(options).state(), options);

  play.step({CapacityChanged{2}, OwnerChanged{}, AdoptionDone{}});

  EXPECT_EQ(play.trial(1).phase, Phase::running);
  EXPECT_EQ(play.trial(1).attempts, 1U);
  EXPECT_EQ(play.submitted(), (Runs{{1, 1}, {2, 1}}))
      << "those that are alive are adopted; the others never reached the launcher";
}

TEST(Adoption, ASignalLeavesRunsThatOutliveUsAndEndsTheProgram) {
  const CoordinatorOptions options{.reserve = 0, .runs_outlive_us = true};
  Play play = interrupted(options);

  play.step({asked(StopAsked::Kind::drain, false)});

  EXPECT_TRUE(play.cancelled().empty());
  EXPECT_TRUE(play.finished());
  EXPECT_EQ(play.state().live_trials().size(), 2U);
}

TEST(Adoption, AStopEndsRunsThatOutliveUsToo) {
  const CoordinatorOptions options{.reserve = 0, .runs_outlive_us = true};
  Play play = interrupted(options);

  play.step({asked(StopAsked::Kind::stop, false)});

  EXPECT_EQ(play.cancelled(), (Cancels{{{1, 1}, false}, {{2, 1}, false}}));
  EXPECT_FALSE(play.finished());
}

TEST(Adoption, CancelsAgainWhatTheDeadCoordinatorHadCalledOff) {
  const CoordinatorOptions options{.reserve = 0, .runs_outlive_us = true};
  Play before = interrupted(options);
  before.step({observed({1, 1}, 0, {0.9}), PruneWished{.run = {1, 1}, .rule = "r"},
               asked(StopAsked::Kind::cancel, true, 2)});
  Play play(before.state(), options);

  play.step({CapacityChanged{2}, OwnerChanged{}, AdoptionDone{}});

  EXPECT_EQ(play.cancelled(), (Cancels{{{1, 1}, false}, {{2, 1}, true}}));
}

TEST(Adoption, SubmitsBeforeItCancelsSoThatTheEndOfACalledOffRunIsHeardOf) {
  const CoordinatorOptions options{.reserve = 0, .runs_outlive_us = true};
  Play before = interrupted(options);
  before.step({asked(StopAsked::Kind::cancel, false, 2)});
  Play play(before.state(), options);

  play.step({CapacityChanged{2}, OwnerChanged{}, AdoptionDone{}});

  ASSERT_GE(play.last().commands.size(), 2U);
  EXPECT_EQ(std::get<Submit>(play.last().commands[0]).runs, (Runs{{1, 1}, {2, 1}}));
  EXPECT_TRUE(std::holds_alternative<Cancel>(play.last().commands[1]));
}

TEST(Adoption, ARunThatWasPrunedWhenItsCoordinatorDiedDoesNotGoAgain) {
  Play before = interrupted();
  before.step({observed({1, 1}, 0, {0.9}), PruneWished{.run = {1, 1}, .rule = "r"}});
  Play play(before.state(), {});

  play.step({CapacityChanged{2}, OwnerChanged{}, AdoptionDone{}});

  EXPECT_EQ(play.trial(1).status, TrialStatus::early_stopped);
  EXPECT_EQ(play.submitted(), (Runs{{2, 2}}));
}

TEST(Adoption, RunsOfAnExperimentThatWasCompleteAreKilled) {
  Play before(loss_rules());
  before.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = 0.1});
  before.answer(2);
  before.succeed({1, 1}, 0.05);
  Play play(before.state(), {});

  play.step({CapacityChanged{2}, OwnerChanged{}, AdoptionDone{}});

  EXPECT_EQ(play.trial(2).status, TrialStatus::killed);
  EXPECT_EQ(play.completion(), Completion::goal_reached);
}

TEST(Adoption, AnExperimentThatWasCompleteIsFinishedAgain) {
  Play before(loss_rules());
  before.open({.max_trials = 1, .parallel = 1, .max_failed = {}, .goal = {}});
  before.answer(1);
  before.succeed({1, 1});
  Play play(before.state(), {});

  play.step({CapacityChanged{1}, OwnerChanged{}, AdoptionDone{}});

  EXPECT_EQ(play.completion(), Completion::max_trials);
}

TEST(Adoption, KeepsTheSpecificationOfTheOwnerBefore) {
  Play play(loss_rules());
  OwnerChanged first;
  first.spec = "kind: Experiment";
  first.spec_file = "/e.yaml";
  OwnerChanged second_owner;
  second_owner.epoch = 2;

  play.step({first});
  play.step({second_owner});

  EXPECT_EQ(play.state().owner().spec, "kind: Experiment");
  EXPECT_EQ(play.state().owner().spec_file, "/e.yaml");
  EXPECT_EQ(play.state().owner().epoch, 2U);
  EXPECT_EQ(play.state().start_time(), second(1));
}

}  // namespace
}  // namespace diwan
