// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <limits>

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

/// Two trials run.
Play two_running(Rules rules = loss_rules()) {
  Play play(std::move(rules));
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(2);
  return play;
}

TEST(Ending, ASuccessWithAFiniteObjectiveSucceeds) {
  Play play = two_running();

  play.succeed({1, 1}, 0.25);

  EXPECT_EQ(play.trial(1).status, TrialStatus::succeeded);
  EXPECT_EQ(play.state().objective(play.trial(1)), 0.25);
}

TEST(Ending, ASuccessWithoutObjectiveIsMetricsUnavailable) {
  Play play = two_running();

  play.step({ended({1, 1}, RunOutcome::succeeded)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::metrics_unavailable);
}

TEST(Ending, ASuccessWhoseObjectiveIsNoFiniteNumberIsMetricsUnavailable) {
  Play play = two_running(loss_rules(Strategy::latest));

  play.step({observed({1, 1}, 0, {0.5, std::numeric_limits<double>::infinity()}),
             ended({1, 1}, RunOutcome::succeeded)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::metrics_unavailable);
}

TEST(Ending, AnInfinityIsNeverTheBestOfACurve) {
  Play play = two_running();
  Ended nothing_finite = ended({2, 1}, RunOutcome::succeeded);
  nothing_finite.reason.clear();

  play.step({observed({1, 1}, 0, {-std::numeric_limits<double>::infinity(), 0.5}),
             observed({2, 1}, 0, {-std::numeric_limits<double>::infinity()}),
             ended({1, 1}, RunOutcome::succeeded), nothing_finite});

  EXPECT_EQ(play.trial(1).status, TrialStatus::succeeded);
  EXPECT_EQ(play.state().objective(play.trial(1), 0), 0.5);
  EXPECT_EQ(play.state().best(), 1U);
  EXPECT_EQ(play.trial(2).status, TrialStatus::metrics_unavailable);
  EXPECT_EQ(play.trial(2).reason, "every value of \"loss\" was nan or infinite");
}

TEST(Ending, ATextCountsAsAnObjective) {
  Play play = two_running(loss_rules(Strategy::latest));
  Observed genotype = observed({1, 1}, 0, {std::numeric_limits<double>::quiet_NaN()});
  genotype.texts[0] = "Genotype(normal=[...])";

  play.step({genotype, ended({1, 1}, RunOutcome::succeeded)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::succeeded);
  EXPECT_EQ(play.state().best(), 1U);
}

TEST(Ending, EveryOneOfSeveralObjectivesIsNeeded) {
  Rules rules = loss_rules();
  rules.metrics.push_back({.name = "seconds", .strategy = Strategy::min});
  rules.directions.push_back(Direction::minimize);
  Play play = two_running(rules);

  play.step({observed({1, 1}, 0, {0.5}), ended({1, 1}, RunOutcome::succeeded)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::metrics_unavailable);
}

TEST(Ending, WithoutAResultSaysWhichObjectiveWasMissing) {
  Rules rules = loss_rules(Strategy::latest);
  rules.metrics.push_back({.name = "seconds", .strategy = Strategy::min});
  rules.directions.push_back(Direction::minimize);
  Play play = two_running(rules);
  Ended first = ended({1, 1}, RunOutcome::succeeded);
  Ended second = ended({2, 1}, RunOutcome::succeeded);
  first.reason.clear();
  second.reason.clear();

  play.step({observed({1, 1}, 0, {0.5}), first});
  play.step({observed({2, 1}, 0, {0.5, std::numeric_limits<double>::quiet_NaN()}), second});

  EXPECT_EQ(play.trial(1).reason, "no value of \"seconds\" was seen");
  EXPECT_EQ(play.trial(2).reason, "the latest of \"loss\", which counts, is nan");
}

TEST(Ending, AFailureWithoutRetriesFailsTheTrial) {
  Play play = two_running();

  play.fail({1, 1});

  EXPECT_EQ(play.trial(1).status, TrialStatus::failed);
  EXPECT_TRUE(play.submitted().empty());
}

TEST(Ending, AFailureIsRetriedAsOftenAsTheRulesSay) {
  Rules rules = loss_rules();
  rules.retries = 2;
  Play play = two_running(rules);

  play.fail({1, 1});
  EXPECT_EQ(play.submitted(), (Runs{{1, 2}}));
  play.fail({1, 2});
  EXPECT_EQ(play.submitted(), (Runs{{1, 3}}));
  play.fail({1, 3});

  EXPECT_EQ(play.trial(1).status, TrialStatus::failed);
  EXPECT_EQ(play.trial(1).failures, 3U);
}

TEST(Ending, ALostRunOfKnownCauseGoesAgainWithoutLimit) {
  Play play = two_running();
  const LostCause causes[] = {LostCause::own_stop,   LostCause::preempted,
                              LostCause::time_limit, LostCause::coordinator_gone,
                              LostCause::node_gone,  LostCause::not_begun};

  std::uint32_t attempt = 1;
  for (const LostCause cause : causes) {
    play.step({ended({1, attempt}, RunOutcome::lost, cause)});
    EXPECT_EQ(play.submitted(), (Runs{{1, attempt + 1}}));
    ++attempt;
  }

  EXPECT_EQ(play.state().counters().failed, 0U);
}

TEST(Ending, ARunLostForNoKnownCauseGoesAgainThreeTimesThenFails) {
  Play play = two_running();

  for (const std::uint32_t attempt : {1U, 2U, 3U}) {
    play.step({ended({1, attempt}, RunOutcome::lost)});
    EXPECT_EQ(play.submitted(), (Runs{{1, attempt + 1}}));
  }
  play.step({ended({1, 4}, RunOutcome::lost)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::failed);
  EXPECT_EQ(play.trial(1).reason.substr(0, 33), "lost 4 times for no known cause, ");
}

TEST(Ending, ARunThatSomebodyElseStoppedGoesAgainAtMostThreeTimes) {
  Play play = two_running();

  for (const std::uint32_t attempt : {1U, 2U, 3U}) {
    play.step({ended({1, attempt}, RunOutcome::stopped)});
    EXPECT_EQ(play.submitted(), (Runs{{1, attempt + 1}}));
  }
  play.step({ended({1, 4}, RunOutcome::stopped)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::failed);
}

TEST(Ending, ACancelledTrialSaysWhetherItHadRun) {
  Play play = two_running();
  play.step({CapacityChanged{1}});
  play.step({ended({1, 1}, RunOutcome::lost, LostCause::preempted)});
  ASSERT_EQ(play.trial(1).phase, Phase::waiting);

  play.step({asked(StopAsked::Kind::cancel, false, 1)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::killed);
  EXPECT_EQ(play.trial(1).reason, "cancelled while it waited to go again");
}

TEST(Ending, LostRunsDoNotUseUpTheRetries) {
  Rules rules = loss_rules();
  rules.retries = 1;
  Play play = two_running(rules);
  play.step({ended({1, 1}, RunOutcome::lost, LostCause::preempted)});

  play.fail({1, 2});

  EXPECT_EQ(play.submitted(), (Runs{{1, 3}}));
}

TEST(Ending, ASecondEndOfTheSameRunIsNoNews) {
  Play play = two_running();
  play.succeed({1, 1});

  play.fail({1, 1});

  EXPECT_TRUE(play.last().records.empty());
  EXPECT_EQ(play.trial(1).status, TrialStatus::succeeded);
}

TEST(Ending, AnEndOfAnEarlierAttemptDoesNotEndTheLaterOne) {
  Play play = two_running();
  play.step({ended({1, 1}, RunOutcome::lost, LostCause::node_gone)});
  ASSERT_EQ(play.submitted(), (Runs{{1, 2}}));

  play.step({ended({1, 1}, RunOutcome::succeeded)});

  EXPECT_EQ(play.trial(1).phase, Phase::queued);
  EXPECT_EQ(play.trial(1).attempts, 2U);
}

TEST(Ending, AStartCountsOnceAndOnlyForTheLiveAttempt) {
  Play play = two_running();
  const Started start{.run = {1, 1}, .at = second(50), .host = "n1", .gpus = {"0"}, .pid = 9};
  play.step({start, start});
  EXPECT_EQ(play.last().records.size(), 1U);
  play.step({ended({1, 1}, RunOutcome::lost, LostCause::node_gone)});

  play.step({start});

  EXPECT_TRUE(play.last().records.empty());
  EXPECT_EQ(play.trial(1).phase, Phase::queued);
  EXPECT_EQ(play.trial(1).host, "");
}

TEST(Ending, TimeIsThatOfAllAttempts) {
  Play play = two_running();
  Ended lost = ended({1, 1}, RunOutcome::lost, LostCause::preempted);
  lost.at = second(110);
  Ended done = ended({1, 2}, RunOutcome::succeeded);
  done.at = second(205);

  play.step({Started{.run = {1, 1}, .at = second(100), .host = "a", .gpus = {}, .pid = 1}, lost});
  play.step({Started{.run = {1, 2}, .at = second(200), .host = "b", .gpus = {}, .pid = 1}, done});

  EXPECT_DOUBLE_EQ(play.trial(1).seconds, 15.0);
  EXPECT_EQ(play.trial(1).start, second(100));
  EXPECT_EQ(play.trial(1).end, second(205));
  EXPECT_EQ(play.trial(1).host, "b");
}

TEST(Ending, AnEndBeforeItsStartTakesNoTime) {
  Play play = two_running();
  Ended done = ended({1, 1}, RunOutcome::failed);
  done.at = second(1);

  play.step({Started{.run = {1, 1}, .at = second(100), .host = "a", .gpus = {}, .pid = 1}, done});

  EXPECT_DOUBLE_EQ(play.trial(1).seconds, 0.0);
}

TEST(Ending, APrunedRunThatStopsIsEarlyStopped) {
  Play play = two_running();

  play.step({observed({1, 1}, 0, {0.9}), PruneWished{.run = {1, 1}, .rule = "medianstop"}});
  EXPECT_EQ(play.cancelled(), (Cancels{{{1, 1}, false}}));
  play.step({ended({1, 1}, RunOutcome::stopped)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::early_stopped);
  EXPECT_EQ(play.trial(1).rule, "medianstop");
  EXPECT_EQ(play.state().best(), 1U);
}

TEST(Ending, APrunedRunThatIsLostIsEarlyStoppedToo) {
  Play play = two_running();
  play.step({observed({1, 1}, 0, {0.9}), PruneWished{.run = {1, 1}, .rule = "r"}});

  play.step({ended({1, 1}, RunOutcome::lost, LostCause::node_gone)});

  EXPECT_EQ(play.trial(1).status, TrialStatus::early_stopped);
}

TEST(Ending, ARunThatEndedByItselfKeepsItsEndAlthoughItWasToBeStopped) {
  Play play = two_running();
  play.step({observed({1, 1}, 0, {0.9}), PruneWished{.run = {1, 1}, .rule = "r"},
             asked(StopAsked::Kind::cancel, false, 2)});

  play.succeed({1, 1});
  play.fail({2, 1});

  EXPECT_EQ(play.trial(1).status, TrialStatus::succeeded);
  EXPECT_EQ(play.trial(2).status, TrialStatus::failed);
}

TEST(Ending, APruneIsWishedOnceAndOnlyOfTheLiveAttempt) {
  Play play = two_running();
  const PruneWished wish{.run = {1, 1}, .rule = "r"};
  play.step({observed({1, 1}, 0, {0.9})});
  play.step({wish, wish, PruneWished{.run = {1, 2}, .rule = "r"}});
  EXPECT_EQ(play.last().records.size(), 1U);
  EXPECT_EQ(play.cancelled().size(), 1U);

  play.step({wish});

  EXPECT_TRUE(play.last().records.empty());
  EXPECT_TRUE(play.last().commands.empty());
}

TEST(Ending, ARunIsNotPrunedBeforeItHasReported) {
  Play play = two_running();
  play.step({observed({1, 1}, 0, {0.9})});
  play.step({ended({1, 1}, RunOutcome::lost, LostCause::node_gone)});
  const PruneWished wish{.run = {1, 2}, .rule = "by what attempt 1 reported"};

  play.step({wish});
  EXPECT_TRUE(play.cancelled().empty());

  play.step({observed({1, 2}, 0, {0.9}), wish});
  EXPECT_EQ(play.cancelled(), (Cancels{{{1, 2}, false}}));
}

TEST(Ending, ReportsOfTrialsThatAreNotThereChangeNothing) {
  Play play = two_running();
  const Experiment before = play.state();

  for (const RunKey run : Runs{{0, 0}, {0, 1}, {1, 0}, {1, 2}, {3, 1}, {4000000000U, 1}}) {
    play.step({Started{.run = run, .at = {}, .host = {}, .gpus = {}, .pid = 0},
               observed(run, 0, {1.0}), PruneWished{.run = run, .rule = {}},
               ended(run, RunOutcome::succeeded), ended(run, RunOutcome::lost),
               asked(StopAsked::Kind::cancel, true, run.trial == 1 ? 0 : run.trial)});
  }

  EXPECT_TRUE(play.state() == before);
}

}  // namespace
}  // namespace diwan
