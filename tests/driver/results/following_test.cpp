// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/following.hpp"

#include <gtest/gtest.h>

#include "driver/results/status.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::Sample;

TEST(Following, KnowsAfterEachLookWhatAFreshReaderKnows) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.flush();
  Following following(sample.directory());
  EXPECT_FALSE(following.look());

  sample.succeed("b", 0.02, 0.2);
  const RunKey run = sample.start(sample.suggest("c", 0.03));
  sample.observe(run, 0, {0.5, 0.4});
  sample.flush();
  EXPECT_TRUE(following.look());

  const Loaded fresh = load(sample.directory());
  EXPECT_EQ(following.loaded().experiment, fresh.experiment);
  EXPECT_EQ(following.loaded().course, fresh.course);
  EXPECT_EQ(following.loaded().conditions, fresh.conditions);
  EXPECT_EQ(following.loaded().last_time, fresh.last_time);
  EXPECT_EQ(following.traces().of(3).points(), (std::vector<Trace::Point>{{1, 0.5}, {2, 0.4}}));
}

TEST(Following, SeesTheEndOfARun) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.flush();
  Following following(sample.directory());
  EXPECT_EQ(run_state(following.loaded()), RunState::running);

  sample.finish("max_trials");
  sample.close(0);
  following.look();

  EXPECT_EQ(run_state(following.loaded()), RunState::finished);
  EXPECT_EQ(following.loaded().outcome->exit, 0);
}

TEST(Following, TakesTheRulesThatALaterOwnerBrings) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.flush();
  Following following(sample.directory());
  OwnerChanged later = sample.experiment().owner();
  later.spec.replace(later.spec.find("goal: 0.01"), 10,
                     "metricStrategies: [{name: loss, value: max}]");
  sample.record(later);
  sample.flush();

  following.look();

  EXPECT_EQ(following.loaded().experiment.rules().metrics.front().strategy, Strategy::max);
  EXPECT_EQ(following.loaded().experiment.trials().size(), 1U);
}

TEST(Following, RefusesADirectoryWithoutExperiment) {
  const test::ScratchDirectory scratch;

  EXPECT_THROW(Following{scratch.path()}, StoreError);
}

TEST(Following, KeepsWhatItSawWhereTheDirectoryIsAwayForAWhile) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.close(0);
  Following following(sample.directory());
  const std::filesystem::path away = sample.directory().string() + ".away";
  std::filesystem::rename(sample.directory(), away);

  EXPECT_THROW(following.look(), StoreError);
  EXPECT_EQ(following.loaded().experiment.trials().size(), 1U);
  std::filesystem::rename(away, sample.directory());
  following.look();

  EXPECT_EQ(following.loaded().experiment.trials().size(), 1U);
}

}  // namespace
}  // namespace diwan
