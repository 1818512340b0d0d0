// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <gtest/gtest.h>

#include "driver/core/standing.hpp"
#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

using Kind = StopAsked::Kind;

/// Two trials run, one waits.
Play two_running() {
  Play play(loss_rules(), {.reserve = 1, .runs_outlive_us = false});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(3);
  return play;
}

TEST(Stopping, ADrainEndsWhatRunsWithGraceAndStartsNothing) {
  Play play = two_running();

  play.step({asked(Kind::drain)});

  EXPECT_EQ(play.cancelled(), (Cancels{{{1, 1}, false}, {{2, 1}, false}}));
  EXPECT_TRUE(play.submitted().empty());
  EXPECT_EQ(play.asked_for(), 0U);
  EXPECT_FALSE(play.finished());
}

TEST(Stopping, FinishesWhenNothingRunsAnyMore) {
  Play play = two_running();
  play.step({asked(Kind::drain)});

  play.step({ended({1, 1}, RunOutcome::stopped)});
  EXPECT_FALSE(play.finished());
  play.step({ended({2, 1}, RunOutcome::stopped)});

  EXPECT_TRUE(play.finished());
  EXPECT_EQ(play.completion(), Completion::none);
  EXPECT_FALSE(play.state().finished());
}

TEST(Stopping, FinishesAtOnceWhenNothingRuns) {
  Play play(loss_rules());
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});

  play.step({asked(Kind::stop)});

  EXPECT_TRUE(play.finished());
}

TEST(Stopping, SaysFinishOnce) {
  Play play(loss_rules());
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.step({asked(Kind::stop)});

  play.step({});

  EXPECT_TRUE(play.last().commands.empty());
}

TEST(Stopping, ARunThatWeStoppedGoesAgainUnderTheNextOwner) {
  Play before = two_running();
  before.step({asked(Kind::drain), ended({1, 1}, RunOutcome::stopped)});
  EXPECT_EQ(before.trial(1).phase, Phase::waiting);
  EXPECT_EQ(before.trial(1).lost_unknown, 0U);
  EXPECT_TRUE(before.submitted().empty());
  before.step({ended({2, 1}, RunOutcome::succeeded)});
  Play play(before.state(), {});

  play.step({CapacityChanged{2}, OwnerChanged{}, AdoptionDone{}});

  EXPECT_EQ(play.submitted(), (Runs{{1, 2}, {3, 1}}));
}

TEST(Stopping, ARunLostForNoKnownCauseWhileWeStopIsOurDoing) {
  Play play = two_running();

  play.step({asked(Kind::drain), ended({1, 1}, RunOutcome::lost)});

  EXPECT_EQ(play.trial(1).lost_unknown, 0U);
}

TEST(Stopping, TheEndOfAStoppedRunIsOursEvenWhenTheNextOwnerSeesIt) {
  const CoordinatorOptions options{.reserve = 0, .runs_outlive_us = true};
  Play before(loss_rules(), options);
  before.open({.max_trials = 10, .parallel = 1, .max_failed = {}, .goal = {}});
  before.answer(1);
  before.step({asked(Kind::drain)});
  Play play(before.state(), options);

  play.step(
      {CapacityChanged{1}, OwnerChanged{}, ended({1, 1}, RunOutcome::stopped), AdoptionDone{}});

  EXPECT_EQ(play.trial(1).lost_unknown, 0U);
  EXPECT_EQ(play.submitted(), (Runs{{1, 2}}));
}

TEST(Stopping, ASecondRequestWithoutGraceHurriesTheFirst) {
  Play play = two_running();
  play.step({asked(Kind::drain)});

  play.step({asked(Kind::drain)});
  EXPECT_TRUE(play.cancelled().empty()) << "said before";
  play.step({asked(Kind::stop, true)});

  EXPECT_EQ(play.cancelled(), (Cancels{{{1, 1}, true}, {{2, 1}, true}}));
  EXPECT_EQ(play.state().stop_asked()->kind, Kind::drain) << "the first word stands";
}

TEST(Stopping, APauseLetsRunsRunAndStartsNothing) {
  Play play = two_running();

  play.step({asked(Kind::pause)});
  EXPECT_TRUE(play.cancelled().empty());
  play.succeed({1, 1});
  EXPECT_TRUE(play.submitted().empty());
  play.succeed({2, 1});

  EXPECT_FALSE(play.finished());
  EXPECT_TRUE(play.submitted().empty());
}

TEST(Stopping, GoOnEndsAPauseAndNothingElse) {
  Play play = two_running();
  play.step({asked(Kind::pause)});
  play.succeed({1, 1});
  play.step({asked(Kind::go_on)});
  EXPECT_EQ(play.submitted(), (Runs{{3, 1}}));
  play.step({asked(Kind::drain)});

  play.step({asked(Kind::go_on)});

  EXPECT_TRUE(play.last().records.empty());
  EXPECT_TRUE(play.state().draining());
}

TEST(Stopping, AStopOverridesAPauseButNotTheOtherWayRound) {
  Play play = two_running();
  play.step({asked(Kind::pause), asked(Kind::stop)});
  EXPECT_TRUE(play.state().draining());

  play.step({asked(Kind::pause)});

  EXPECT_TRUE(play.state().draining());
}

TEST(Stopping, ANewOwnerEndsThePauseOfTheOneBefore) {
  Play before = two_running();
  before.step({asked(Kind::pause)});
  Play play(before.state(), {});

  play.step({CapacityChanged{2}, OwnerChanged{}, AdoptionDone{}});

  EXPECT_FALSE(play.state().stop_asked());
  EXPECT_EQ(play.submitted(), (Runs{{1, 2}, {2, 2}}));
}

TEST(Stopping, CancelKillsAWaitingTrialAtOnce) {
  Play play = two_running();

  play.step({asked(Kind::cancel, false, 3)});

  EXPECT_EQ(play.trial(3).status, TrialStatus::killed);
  EXPECT_TRUE(play.cancelled().empty());
  EXPECT_EQ(play.state().counters().killed, 1U);
}

TEST(Stopping, CancelOfARunningTrialKillsItWhenItsRunEnds) {
  Play play = two_running();

  play.step({asked(Kind::cancel, false, 1)});
  EXPECT_EQ(play.cancelled(), (Cancels{{{1, 1}, false}}));
  play.step({ended({1, 1}, RunOutcome::stopped)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::killed);
  EXPECT_EQ(play.trial(1).stop, StopReason::cancelled);
  EXPECT_EQ(play.submitted(), (Runs{{3, 1}}));
}

TEST(Stopping, CancelWithoutGraceHurriesACancel) {
  Play play = two_running();
  play.step({asked(Kind::cancel, false, 1)});

  play.step({asked(Kind::cancel, false, 1)});
  EXPECT_TRUE(play.last().records.empty());
  play.step({asked(Kind::cancel, true, 1)});

  EXPECT_EQ(play.cancelled(), (Cancels{{{1, 1}, true}}));
}

TEST(Stopping, CancelOfATrialThatEndedIsNoNews) {
  Play play = two_running();
  play.succeed({1, 1});

  play.step({asked(Kind::cancel, false, 1)});

  EXPECT_TRUE(play.last().records.empty());
}

TEST(Stopping, ACancelledTrialThatIsLostDoesNotGoAgain) {
  Play play = two_running();
  play.step({asked(Kind::cancel, false, 1)});

  play.step({ended({1, 1}, RunOutcome::lost, LostCause::node_gone)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::killed);
}

TEST(Stopping, NobodyFromOutsideDecidesThatTheExperimentIsComplete) {
  Play play = two_running();
  StopAsked finish = asked(Kind::finish);
  finish.reason = "max_trials";

  play.step({finish});

  EXPECT_TRUE(play.last().records.empty());
}

TEST(Stopping, AnAnswerThatComesWhileStoppingIsLeftForTheNextOwner) {
  Play play(loss_rules());
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.step({asked(Kind::drain)});

  play.answer(2);

  EXPECT_TRUE(play.state().trials().empty());
}

}  // namespace
}  // namespace diwan
