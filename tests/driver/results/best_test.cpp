// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/best.hpp"

#include <gtest/gtest.h>

#include "driver/results/load.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::Sample;
using Numbers = std::vector<std::uint32_t>;

TEST(Best, LeavesOutTrialsThatFailedOrGaveNoFiniteObjective) {
  Sample sample;
  const RunKey failed = sample.start(sample.suggest("failed", 0.01));
  sample.observe(failed, 0, {0.001});
  sample.end(failed, RunOutcome::failed, 3);
  const RunKey infinite = sample.start(sample.suggest("infinite", 0.01));
  sample.observe(infinite, 0, {std::numeric_limits<double>::infinity()});
  sample.end(infinite, RunOutcome::succeeded);
  sample.succeed("good", 0.02, 0.3);
  sample.succeed("better", 0.03, 0.2);
  sample.close(0);

  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(best_trials(loaded, std::nullopt).trials, (Numbers{4}));
  EXPECT_EQ(best_trials(loaded, 5).trials, (Numbers{4, 3}));
}

TEST(Best, OfTextsIsTheLatest) {
  Sample sample;
  for (const char* name : {"first", "second"}) {
    const RunKey run = sample.start(sample.suggest(name, 0.01));
    Observed text{.run = run,
                  .metric = 0,
                  .source = Source::standard_output,
                  .first = 0,
                  .own_steps = false,
                  .steps = {1},
                  .values = {std::numeric_limits<double>::quiet_NaN()},
                  .times = {sample.now()},
                  .texts = {{0, "a genotype"}}};
    ASSERT_TRUE(sample.record(std::move(text)));
    sample.end(run, RunOutcome::succeeded);
  }
  sample.close(0);

  EXPECT_EQ(best_trials(load(sample.directory()), std::nullopt).trials, (Numbers{2}));
}

TEST(Best, IsEmptyBeforeAnyTrialHasEnded) {
  Sample sample;
  sample.suggest("waits", 0.01);
  sample.flush();

  EXPECT_TRUE(best_trials(load(sample.directory()), std::nullopt).trials.empty());
}

}  // namespace
}  // namespace diwan
