// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <limits>

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

Play one_running() {
  Play play(loss_rules());
  play.open({.max_trials = 10, .parallel = 1, .max_failed = {}, .goal = {}});
  play.answer(1);
  return play;
}

const Observed& only(const Step& step) { return std::get<Observed>(step.records.at(0).event); }

TEST(Observing, CountsTheStepsOfASourceThatHasNone) {
  Play play = one_running();
  play.step({observed({1, 1}, 0, {0.9, 0.8})});

  play.step({observed({1, 1}, 2, {0.7})});

  EXPECT_EQ(only(play.last()).steps, (std::vector<std::int64_t>{3}));
  EXPECT_EQ(play.trial(1).metrics[0].latest_step, 3);
}

TEST(Observing, CountsStepsOverAllSourcesOfAMetric) {
  Play play = one_running();
  play.step({observed({1, 1}, 0, {0.9, 0.8})});
  Observed other = observed({1, 1}, 0, {0.7});
  other.source = Source::standard_error;

  play.step({other});

  EXPECT_EQ(only(play.last()).steps, (std::vector<std::int64_t>{3}));
}

TEST(Observing, CountsFromOneInEveryAttempt) {
  Play play = one_running();
  play.step(
      {observed({1, 1}, 0, {0.9, 0.8}), ended({1, 1}, RunOutcome::lost, LostCause::preempted)});

  play.step({observed({1, 2}, 0, {0.7})});

  EXPECT_EQ(only(play.last()).steps, (std::vector<std::int64_t>{1}));
}

TEST(Observing, DropsABatchThatCameBefore) {
  Play play = one_running();
  play.step({observed({1, 1}, 0, {0.9, 0.8})});

  play.step({observed({1, 1}, 0, {0.9, 0.8}), observed({1, 1}, 1, {0.8})});

  EXPECT_TRUE(play.last().records.empty());
  EXPECT_EQ(play.trial(1).metrics[0].count, 2U);
}

TEST(Observing, TakesOfAnOverlappingBatchOnlyWhatIsNew) {
  Play play = one_running();
  play.step({observed_at({1, 1}, 0, {10, 20}, {0.9, 0.8})});
  Observed overlap =
      observed_at({1, 1}, 1, {20, 30, 40}, {0.8, std::numeric_limits<double>::quiet_NaN(), 0.6});
  overlap.texts[1] = "diverged";

  play.step({overlap});

  EXPECT_EQ(only(play.last()).first, 2U);
  EXPECT_EQ(only(play.last()).steps, (std::vector<std::int64_t>{30, 40}));
  EXPECT_EQ(only(play.last()).texts, (std::map<std::uint32_t, std::string>{{0, "diverged"}}));
  EXPECT_EQ(play.trial(1).metrics[0].count, 4U);
}

TEST(Observing, DoesNotMistakeOneSourceForAnother) {
  Play play = one_running();
  Observed pushed = observed({1, 1}, 0, {0.5});
  pushed.source = Source::push;

  play.step({observed({1, 1}, 0, {0.5}), pushed});

  EXPECT_EQ(play.last().records.size(), 2U);
}

TEST(Observing, DoesNotMistakeOneMetricForAnother) {
  Rules rules = loss_rules();
  rules.metrics.push_back({.name = "accuracy", .strategy = Strategy::max});
  Play play(rules);
  play.open({.max_trials = 10, .parallel = 1, .max_failed = {}, .goal = {}});
  play.answer(1);
  Observed accuracy = observed({1, 1}, 0, {0.7});
  accuracy.metric = 1;

  play.step({observed({1, 1}, 0, {0.5}), accuracy});

  EXPECT_EQ(play.trial(1).metrics[0].latest, 0.5);
  EXPECT_EQ(play.trial(1).metrics[1].latest, 0.7);
}

TEST(Observing, AcknowledgesNothingOfARunThatHasEnded) {
  Play play = one_running();
  play.succeed({1, 1});

  play.step({observed({1, 1}, 1, {0.1})});

  EXPECT_TRUE(play.last().records.empty());
  EXPECT_EQ(play.trial(1).metrics[0].min, 0.5);
}

TEST(Observing, TakesWhatComesTogetherWithTheEndAndNothingBehindIt) {
  Play play = one_running();

  play.step({observed({1, 1}, 0, {0.5}), ended({1, 1}, RunOutcome::succeeded),
             observed({1, 1}, 1, {0.1})});

  EXPECT_EQ(play.trial(1).metrics[0].min, 0.5);
}

TEST(Observing, TakesWhatComesBeforeTheStart) {
  Play play = one_running();

  play.step({observed({1, 1}, 0, {0.5})});

  EXPECT_EQ(play.trial(1).metrics[0].count, 1U);
}

TEST(Observing, IgnoresBatchesThatMakeNoSense) {
  Play play = one_running();
  Observed unequal = observed({1, 1}, 0, {0.5, 0.4});
  unequal.times.pop_back();
  Observed steps = observed_at({1, 1}, 0, {1}, {0.5, 0.4});
  Observed metric = observed({1, 1}, 0, {0.5});
  metric.metric = 1;
  Observed source = observed({1, 1}, 0, {0.5});
  source.source = static_cast<Source>(77);
  const Observed far = observed({1, 1}, std::numeric_limits<std::uint64_t>::max(), {0.5});

  play.step({unequal, steps, metric, source, far, observed({1, 1}, 0, {})});

  EXPECT_TRUE(play.last().records.empty());
}

}  // namespace
}  // namespace diwan
