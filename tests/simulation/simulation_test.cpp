// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <cstdlib>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/simulation/world.hpp"

namespace diwan::simulation {
namespace {

TEST(Simulation, EveryFairWeatherWorldUsesItsBudgetExactly) {
  for_each_seed(100, [](Dice& dice) {
    World world(dice, {.stormy_ticks = 60, .crash = 0, .crash_at = {}, .requests = false});

    world.run();

    const Experiment& end = world.journaled();
    if (end.completion() == Completion::max_trials) {
      EXPECT_EQ(end.counters().completed(), *end.budget().max_trials);
    }
  });
}

TEST(Simulation, EveryStormyWorldKeepsItsPromisesAndEnds) {
  for_each_seed(400, [](Dice& dice) {
    World world(dice, {.stormy_ticks = 150, .crash = 0, .crash_at = {}, .requests = true});

    world.run();
  });
}

TEST(Simulation, EveryWorldThatCrashesAgainAndAgainKeepsItsPromisesAndEnds) {
  std::set<Completion> ends;
  std::set<TrialStatus> statuses;
  int crashes = 0;
  for_each_seed(400, [&](Dice& dice) {
    World world(dice, {.stormy_ticks = 300, .crash = 0.02, .crash_at = {}, .requests = true});

    world.run();

    crashes += world.crashes();
    ends.insert(world.journaled().completion());
    for (const Trial& trial : world.journaled().trials()) {
      statuses.insert(trial.status);
    }
  });

  if (std::getenv("DIWAN_SEED") == nullptr) {
    EXPECT_EQ(ends.size(), 5U) << "these worlds do not meet every way to end any more";
    EXPECT_EQ(statuses.size(), 6U) << "nor every status but Running";
    EXPECT_GT(crashes, 1000);
  }
}

TEST(Simulation, ACrashAtAnyRecordOrCommandLosesNothing) {
  constexpr std::uint64_t seeds = 8;
  int crashes = 0;
  for_each_seed(seeds, [&crashes](Dice& dice) {
    const std::uint64_t seed = dice.bits();
    const Weather weather{.stormy_ticks = 30, .crash = 0, .crash_at = {}, .requests = true};
    Dice first(seed);
    World undisturbed(first, weather);
    undisturbed.run();

    for (int at = 0; at < undisturbed.crash_points() && !::testing::Test::HasFailure(); ++at) {
      SCOPED_TRACE("crash point " + std::to_string(at));
      Weather deadly = weather;
      deadly.crash_at = at;
      Dice again(seed);
      World world(again, deadly);
      world.run();
      EXPECT_EQ(world.crashes(), 1);
      crashes += world.crashes();
    }
  });
  if (std::getenv("DIWAN_SEED") == nullptr) {
    EXPECT_GT(crashes, 1000);
  }
}

}  // namespace
}  // namespace diwan::simulation
