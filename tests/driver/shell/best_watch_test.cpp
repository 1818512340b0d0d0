// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/announce/best_watch.hpp"

#include <gtest/gtest.h>

#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::Sample;

/// The sample with these lines in place of its objective.
std::string spec_with(const std::string& objectives) {
  std::string text = test::sample_spec();
  const auto from = text.find("  objective:");
  return text.replace(from, text.find("  algorithm:") - from, objectives);
}

TEST(BestWatch, TellsOfATrialThatIsBetterThanAllBefore) {
  Sample sample;
  BestWatch watch(sample.experiment());
  const auto is_best = [&](const std::string& name, double loss) {
    const std::uint32_t trial = sample.succeed(name, 0.01, loss);
    return watch.take(sample.experiment(), sample.experiment().trial(trial));
  };

  EXPECT_TRUE(is_best("a", 0.5));
  EXPECT_FALSE(is_best("b", 0.5)) << "the earlier of equals stays the best";
  EXPECT_FALSE(is_best("c", 0.7));
  EXPECT_TRUE(is_best("d", 0.2));
}

TEST(BestWatch, KnowsWhatWasBestWhenItBegan) {
  Sample sample;
  sample.succeed("a", 0.01, 0.5);
  BestWatch watch(sample.experiment());

  const std::uint32_t worse = sample.succeed("b", 0.02, 0.6);
  EXPECT_FALSE(watch.take(sample.experiment(), sample.experiment().trial(worse)));

  const std::uint32_t better = sample.succeed("c", 0.03, 0.4);
  EXPECT_TRUE(watch.take(sample.experiment(), sample.experiment().trial(better)));
}

TEST(BestWatch, TellsNothingOfAFailedTrial) {
  Sample sample;
  BestWatch watch(sample.experiment());
  const std::uint32_t trial = sample.suggest("a", 0.01);
  sample.end(sample.start(trial), RunOutcome::failed, 3);

  EXPECT_FALSE(watch.take(sample.experiment(), sample.experiment().trial(trial)));
}

TEST(BestWatch, TellsOfEachTrialOfAFront) {
  Sample sample(
      Sample::Owner::this_process,
      spec_with("  objectives: [{type: minimize, objectiveMetricName: loss}, {type: maximize, "
                "objectiveMetricName: accuracy}]\n"));
  BestWatch watch(sample.experiment());
  const auto is_best = [&](const std::string& name, double loss, double accuracy) {
    const std::uint32_t trial = sample.suggest(name, 0.01);
    const RunKey run = sample.start(trial);
    sample.observe(run, 0, {loss});
    sample.observe(run, 1, {accuracy});
    sample.end(run, RunOutcome::succeeded);
    return watch.take(sample.experiment(), sample.experiment().trial(trial));
  };

  EXPECT_TRUE(is_best("a", 0.5, 0.5));
  EXPECT_TRUE(is_best("b", 0.6, 0.7));
  EXPECT_FALSE(is_best("c", 0.7, 0.6));
  EXPECT_TRUE(is_best("d", 0.1, 0.9));
}

}  // namespace
}  // namespace diwan
