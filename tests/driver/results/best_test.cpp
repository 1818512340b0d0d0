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

TEST(Rank, PutsTheBetterFirstAndKeepsTheEarlierOfEquals) {
  const std::vector<Candidate> candidates = {
      {1, {3}, {}}, {2, {1}, {}}, {3, {1}, {}}, {4, {2}, {}}};
  const std::vector<Direction> minimize = {Direction::minimize};
  const std::vector<Direction> maximize = {Direction::maximize};

  EXPECT_EQ(rank(candidates, minimize), (Numbers{2, 3, 4, 1}));
  EXPECT_EQ(rank(candidates, maximize), (Numbers{1, 4, 2, 3}));
}

TEST(Rank, ComparesOnlyTrialsOfTheHighestResource) {
  const std::vector<Candidate> candidates = {{1, {0.1}, 3.0}, {2, {0.5}, 9.0}, {3, {0.4}, 9.0}};
  const std::vector<Direction> minimize = {Direction::minimize};

  EXPECT_EQ(rank(candidates, minimize), (Numbers{3, 2}));
}

TEST(Rank, KeepsEveryNonDominatedTrialOfSeveralObjectives) {
  const std::vector<Candidate> candidates = {
      {1, {1, 9}, {}}, {2, {2, 5}, {}}, {3, {3, 6}, {}}, {4, {9, 10}, {}}};
  const std::vector<Direction> directions = {Direction::minimize, Direction::maximize};

  EXPECT_EQ(rank(candidates, directions), (Numbers{1, 4}));
}

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

TEST(Best, IsEmptyBeforeAnyTrialHasEnded) {
  Sample sample;
  sample.suggest("waits", 0.01);
  sample.flush();

  EXPECT_TRUE(best_trials(load(sample.directory()), std::nullopt).trials.empty());
}

}  // namespace
}  // namespace diwan
