// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/load.hpp"

#include <chrono>
#include <fstream>

#include <gtest/gtest.h>

#include "driver/results/status.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::Sample;

TEST(Load, GivesTheSameExperimentAsItsOwnerHas) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.start(sample.suggest("b", 0.02));
  sample.flush();

  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(loaded.experiment, sample.experiment());
  EXPECT_EQ(loaded.spec.name, "e");
  EXPECT_EQ(loaded.last_time, sample.now() - std::chrono::seconds(1));
}

TEST(Load, GivesTheSameFromJournalAndCheckpoint) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.flush();
  const Loaded from_journal = load(sample.directory());

  sample.close(0);

  EXPECT_EQ(load(sample.directory()).experiment, from_journal.experiment);
}

TEST(Load, RefusesADirectoryWithoutExperiment) {
  const test::ScratchDirectory scratch;

  EXPECT_THROW(load(scratch.path()), StoreError);
}

TEST(Load, TakesRulesThatALaterOwnerBrought) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  OwnerChanged later = sample.experiment().owner();
  later.spec = test::sample_spec();
  later.spec.replace(later.spec.find("goal: 0.01"), 10,
                     "metricStrategies: [{name: loss, value: max}]");
  sample.record(later);
  sample.close(0);

  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(loaded.experiment.rules().metrics.front().strategy, Strategy::max);
  EXPECT_EQ(loaded.experiment.trials().size(), 1U);
}

TEST(RunState, IsRunningWhileItsOwnerLives) {
  Sample sample;
  sample.flush();

  EXPECT_EQ(run_state(load(sample.directory())), RunState::running);
  EXPECT_EQ(last_exit_status(sample.directory()), 6);
}

TEST(RunState, IsInterruptedWhenItsOwnerDiedWithoutAWord) {
  Sample sample(Sample::Owner::dead_process);
  sample.abandon();

  EXPECT_EQ(run_state(load(sample.directory())), RunState::interrupted);
  EXPECT_EQ(last_exit_status(sample.directory()), 75);
}

TEST(RunState, IsStoppedOrFinishedAsTheRunSaid) {
  Sample stopped;
  stopped.close(5, "stopped by diwan stop");
  Sample finished;
  finished.finish("max_trials");
  finished.close(0);

  EXPECT_EQ(run_state(load(stopped.directory())), RunState::stopped);
  EXPECT_EQ(last_exit_status(stopped.directory()), 5);
  EXPECT_EQ(run_state(load(finished.directory())), RunState::finished);
  EXPECT_EQ(last_exit_status(finished.directory()), 0);
}

TEST(RunState, DoesNotTakeTheOutcomeOfARunBefore) {
  Sample sample;
  sample.close(0, "max_trials");
  const std::uint64_t last = replay(sample.directory(), [](Record&&) {}).last_record;
  {
    const auto next = Store::open(sample.directory(), this_process(), {});
    next->append({Record{.number = last + 1, .time = {}, .event = OwnerChanged{}}});
    ASSERT_TRUE(next->flush(std::chrono::seconds(10)));
  }

  EXPECT_EQ(last_exit_status(sample.directory()), 75);
}

}  // namespace
}  // namespace diwan
