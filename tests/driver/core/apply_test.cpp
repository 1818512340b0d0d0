// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/apply.hpp"

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

/// A record that follows, whatever its event.
Record next(const Experiment& experiment, Event event) {
  return {.number = experiment.last_record() + 1, .time = second(1), .event = std::move(event)};
}

Suggested suggested(std::uint32_t trial) {
  Suggested event;
  event.trial = trial;
  event.name = "e-" + std::to_string(trial);
  return event;
}

/// Trial 1 runs, 2 waits.
Experiment lively() {
  Experiment experiment(loss_rules());
  for (const Event& event : std::vector<Event>{suggested(1), suggested(2), Queued{{1, 1}}}) {
    EXPECT_TRUE(apply(experiment, next(experiment, event)));
  }
  return experiment;
}

TEST(Apply, TakesRecordsInOrderWithoutGaps) {
  Experiment experiment(loss_rules());

  EXPECT_FALSE(apply(experiment, {.number = 2, .time = {}, .event = suggested(1)}));
  EXPECT_FALSE(apply(experiment, {.number = 0, .time = {}, .event = suggested(1)}));
  EXPECT_TRUE(apply(experiment, {.number = 1, .time = {}, .event = suggested(1)}));
  EXPECT_FALSE(apply(experiment, {.number = 1, .time = {}, .event = suggested(2)}));

  EXPECT_EQ(experiment.last_record(), 1U);
  EXPECT_EQ(experiment.trials().size(), 1U);
}

TEST(Apply, RefusesWhatDoesNotFitAndChangesNothing) {
  const Experiment before = lively();
  Observed short_times = observed({1, 1}, 0, {1, 2});
  short_times.steps = {1, 2};
  short_times.times.pop_back();
  Observed strange_source = observed({1, 1}, 0, {1});
  strange_source.steps = {1};
  strange_source.source = static_cast<Source>(9);
  Observed strange_metric = observed({1, 1}, 0, {1});
  strange_metric.steps = {1};
  strange_metric.metric = 4000000000U;
  StopAsked strange_finish = asked(StopAsked::Kind::finish);
  strange_finish.reason = "bored";
  const std::vector<Event> misfits = {
      suggested(2),
      suggested(4),
      Queued{{1, 2}},
      Queued{{2, 2}},
      Queued{{3, 1}},
      Queued{{0, 1}},
      Started{.run = {2, 1}, .at = {}, .host = {}, .gpus = {}, .pid = 0},
      Started{.run = {1, 2}, .at = {}, .host = {}, .gpus = {}, .pid = 0},
      observed({2, 1}, 0, {1}),
      observed({1, 1}, 0, {1}),  // without steps
      short_times,
      strange_source,
      strange_metric,
      Pruned{.run = {2, 0}, .rule = {}},
      ended({2, 0}, RunOutcome::succeeded),
      ended({2, 1}, RunOutcome::succeeded),
      ended({4000000000U, 1}, RunOutcome::lost),
      asked(StopAsked::Kind::cancel, false, 3),
      asked(StopAsked::Kind::cancel, false, 0),
      strange_finish,
  };

  for (std::size_t i = 0; i < misfits.size(); ++i) {
    Experiment experiment = before;
    EXPECT_FALSE(apply(experiment, next(experiment, misfits[i]))) << "misfit " << i;
    EXPECT_TRUE(experiment == before) << "misfit " << i;
  }
}

TEST(Apply, KeepsTheWorkSets) {
  Experiment experiment = lively();
  EXPECT_EQ(experiment.live_trials(), (std::set<std::uint32_t>{1}));
  EXPECT_EQ(experiment.fresh_trials(), (std::set<std::uint32_t>{2}));

  apply(experiment, next(experiment, Pruned{.run = {1, 1}, .rule = "r"}));
  EXPECT_EQ(experiment.called_off(), (std::set<std::uint32_t>{1}));
  apply(experiment, next(experiment, ended({1, 1}, RunOutcome::stopped)));
  apply(experiment, next(experiment, Queued{{2, 1}}));
  apply(experiment, next(experiment, ended({2, 1}, RunOutcome::lost, LostCause::preempted)));

  EXPECT_TRUE(experiment.live_trials().empty());
  EXPECT_TRUE(experiment.called_off().empty());
  EXPECT_TRUE(experiment.fresh_trials().empty());
  EXPECT_EQ(experiment.again_trials(), (std::set<std::uint32_t>{2}));
  EXPECT_EQ(experiment.curve(1, 0), nullptr) << "an ended trial needs no curve";
}

TEST(Apply, ALaterAttemptForgetsHowTheOneBeforeEnded) {
  Experiment experiment = lively();
  Ended lost = ended({1, 1}, RunOutcome::lost, LostCause::preempted);
  lost.signal = 15;
  lost.exit_code = 3;
  lost.usage.peak_memory_bytes = 1;
  apply(experiment, next(experiment, lost));
  EXPECT_EQ(experiment.trial(1).signal, 15);

  apply(experiment, next(experiment, Queued{{1, 2}}));

  EXPECT_FALSE(experiment.trial(1).signal);
  EXPECT_FALSE(experiment.trial(1).exit_code);
  EXPECT_EQ(experiment.trial(1).usage, Usage{});
  EXPECT_EQ(experiment.trial(1).reason, "");
}

TEST(Apply, TimeInWhichNothingRanIsNotWorked) {
  Experiment experiment(loss_rules());
  std::uint64_t number = 0;
  const auto at = [&](int seconds, Event event) {
    ASSERT_TRUE(apply(experiment, {++number, second(seconds), std::move(event)}));
  };
  OwnerChanged next;
  next.epoch = 2;

  at(0, OwnerChanged{});
  at(0, BudgetSet{});
  at(1, suggested(1));
  at(2, Queued{{1, 1}});
  at(5, Started{.run = {1, 1}, .at = {}, .host = {}, .gpus = {}, .pid = 1});
  at(100, next);
  at(103, ended({1, 1}, RunOutcome::lost));
  at(500, BudgetSet{});

  EXPECT_EQ(experiment.worked(second(500)), std::chrono::seconds(6));
  EXPECT_EQ(experiment.worked(second(900)), std::chrono::seconds(6)) << "nothing runs";
}

}  // namespace
}  // namespace diwan
