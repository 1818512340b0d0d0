// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <limits>

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

TEST(Asking, WaitsUntilAdoptionIsDone) {
  Play play(loss_rules());

  play.step({CapacityChanged{4}, OwnerChanged{}, BudgetSet{}});

  EXPECT_TRUE(play.last().commands.empty());
  play.step({AdoptionDone{}});
  EXPECT_EQ(play.asked_for(), 3U);
}

TEST(Asking, AsksForTheFreeSlotsAndTheReserve) {
  Play play(loss_rules(), {.reserve = 2, .runs_outlive_us = false});

  play.open({.max_trials = 100, .parallel = 8, .max_failed = {}, .goal = {}}, 4);

  EXPECT_EQ(play.asked_for(), 6U);
}

TEST(Asking, AsksForNoMoreThanTheBudgetLeaves) {
  Play play(loss_rules(), {.reserve = 5, .runs_outlive_us = false});

  play.open({.max_trials = 3, .parallel = 8, .max_failed = {}, .goal = {}});

  EXPECT_EQ(play.asked_for(), 3U);
}

TEST(Asking, HasOneAskInFlight) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 2, .max_failed = {}, .goal = {}});

  play.step({CapacityChanged{50}});

  EXPECT_EQ(play.asked_for(), 0U);
}

TEST(Asking, NamesTheLastRecordThatTheSuggesterMustKnow) {
  Play play(loss_rules());

  play.open({.max_trials = 100, .parallel = 2, .max_failed = {}, .goal = {}});

  EXPECT_EQ(std::get<Ask>(play.last().commands.back()).after, play.state().last_record());
}

TEST(Asking, DropsProposalsBeyondWhatWasAsked) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 2, .max_failed = {}, .goal = {}});

  play.answer(5);

  EXPECT_EQ(play.state().trials().size(), 2U);
}

TEST(Asking, DropsProposalsBeyondABudgetLoweredMeanwhile) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 4, .max_failed = {}, .goal = {}});
  play.step({BudgetSet{{.max_trials = 1, .parallel = 4, .max_failed = {}, .goal = {}}, "extend"}});

  play.answer(4);

  EXPECT_EQ(play.state().trials().size(), 1U);
  EXPECT_EQ(play.asked_for(), 0U);
}

TEST(Asking, IgnoresAnAnswerToNoQuestion) {
  Play play(loss_rules());
  play.open({.max_trials = 2, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(2);

  play.answer(2);

  EXPECT_EQ(play.state().trials().size(), 2U);
}

TEST(Asking, AsksAStarvedSuggesterAgainOnlyAfterATrialEnded) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 4, .max_failed = {}, .goal = {}});
  play.answer(2);
  EXPECT_EQ(play.asked_for(), 0U) << "two of four came, so it has no more for now";

  play.step({observed({1, 1}, 0, {0.5}), CapacityChanged{5}});
  EXPECT_EQ(play.asked_for(), 0U) << "no trial ended";
  play.succeed({1, 1});

  EXPECT_EQ(play.asked_for(), 3U);
}

TEST(Asking, ALostRunIsNoEndOfATrialToAStarvedSuggester) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 4, .max_failed = {}, .goal = {}});
  play.answer(2);

  play.step({ended({1, 1}, RunOutcome::lost, LostCause::preempted)});

  EXPECT_EQ(play.asked_for(), 0U);
}

TEST(Asking, AsksAgainWhenATrialEndedWhileTheStarvedAnswerWasOnItsWay) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(2);
  play.succeed({1, 1});
  ASSERT_EQ(play.asked_for(), 1U);
  play.succeed({2, 1});

  play.answer(0);

  EXPECT_FALSE(play.finished()) << "the answer did not know of trial 2";
  EXPECT_EQ(play.asked_for(), 2U);
}

TEST(Asking, WakesAStarvedSuggesterWhenAWaitingTrialIsCancelled) {
  Play play(loss_rules(), {.reserve = 1, .runs_outlive_us = false});
  play.open({.max_trials = 100, .parallel = 1, .max_failed = {}, .goal = {}}, 2);
  play.answer(2);
  play.succeed({1, 1});
  play.answer(0);
  ASSERT_EQ(play.asked_for(), 0U);
  play.step({ended({2, 1}, RunOutcome::lost, LostCause::preempted), CapacityChanged{0}});
  ASSERT_EQ(play.trial(2).phase, Phase::waiting);

  play.step({asked(StopAsked::Kind::cancel, false, 2), CapacityChanged{1}});

  EXPECT_FALSE(play.finished());
  EXPECT_EQ(play.asked_for(), 2U);
}

TEST(Asking, StarvedWithNothingRunningIsExhausted) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 4, .max_failed = {}, .goal = {}});
  play.answer(1);
  play.succeed({1, 1});

  play.answer(0);

  EXPECT_EQ(play.completion(), Completion::exhausted);
  ASSERT_TRUE(play.state().finished());
  EXPECT_EQ(play.state().finished()->reason, "exhausted");
}

TEST(Asking, AnExhaustedSuggesterIsNeverAskedAgainAndItsTrialsRunToTheirEnd) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 4, .max_failed = {}, .goal = {}});
  play.answer(2, true);
  EXPECT_FALSE(play.finished());

  play.succeed({1, 1});
  EXPECT_EQ(play.asked_for(), 0U);
  play.succeed({2, 1});

  EXPECT_EQ(play.completion(), Completion::exhausted);
}

TEST(Asking, AnotherBudgetOpensAnExhaustedExperimentAgain) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 4, .max_failed = {}, .goal = {}});
  play.answer(1, true);
  play.succeed({1, 1});
  ASSERT_EQ(play.completion(), Completion::exhausted);

  play.step(
      {BudgetSet{{.max_trials = 200, .parallel = 4, .max_failed = {}, .goal = {}}, "extend"}});

  EXPECT_FALSE(play.state().finished());
  EXPECT_EQ(play.asked_for(), 4U);
}

TEST(Asking, AnExhaustedExperimentStaysSoForAsManyTrials) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 4, .max_failed = {}, .goal = {}});
  play.answer(1, true);
  play.succeed({1, 1});
  ASSERT_EQ(play.completion(), Completion::exhausted);

  play.step({BudgetSet{{.max_trials = 100, .parallel = 8, .max_failed = 3, .goal = {}}, "extend"}});

  ASSERT_TRUE(play.state().finished());
  EXPECT_EQ(play.state().finished()->reason, "exhausted");
  EXPECT_EQ(play.asked_for(), 0U);
}

TEST(Asking, AsksNothingWhilePausedAndGoesOnAfterwards) {
  Play play(loss_rules());
  play.open({.max_trials = 100, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(2);
  play.step({asked(StopAsked::Kind::pause)});

  play.succeed({1, 1});
  EXPECT_EQ(play.asked_for(), 0U);
  play.step({asked(StopAsked::Kind::go_on)});

  EXPECT_EQ(play.asked_for(), 1U);
}

TEST(Asking, SurvivesABudgetWithoutLimitAndWithoutSense) {
  constexpr std::uint32_t huge = std::numeric_limits<std::uint32_t>::max();
  Play play(loss_rules(), {.reserve = huge, .runs_outlive_us = false});

  play.open({.max_trials = {}, .parallel = huge, .max_failed = {}, .goal = {}}, huge);

  EXPECT_EQ(play.asked_for(), huge);
}

}  // namespace
}  // namespace diwan
