// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/restarts.hpp"

#include <gtest/gtest.h>

namespace diwan::cmaes {
namespace {

TEST(Restarts, DoubleThePopulationUnderIpop) {
  Restarts restarts(RestartStrategy::ipop, 10, 1);
  EXPECT_EQ(restarts.plan().population, 10U);

  for (const std::size_t expected : {20U, 40U, 80U}) {
    restarts.restart(1000);

    EXPECT_EQ(restarts.plan().population, expected);
    EXPECT_EQ(restarts.plan().shrink, 1);
    EXPECT_FALSE(restarts.plan().limit);
  }
}

TEST(Restarts, GiveBothKindsOfRunsTheSameBudgetUnderBipop) {
  Restarts restarts(RestartStrategy::bipop, 10, 1);
  double large = 0;
  double small = 0;
  std::size_t largest = 10;

  restarts.restart(500);
  for (int run = 0; run < 60; ++run) {
    const Restarts::Plan plan = restarts.plan();
    const std::uint64_t results = plan.limit.value_or(100 * plan.population);
    (plan.small ? small : large) += static_cast<double>(results);
    if (plan.small) {
      EXPECT_GE(plan.population, 10U);
      EXPECT_LE(plan.population, largest / 2);
      EXPECT_GE(plan.shrink, 0.0099);
      EXPECT_LE(plan.shrink, 1);
    } else {
      EXPECT_EQ(plan.population, 2 * largest);
      largest = plan.population;
    }
    if (largest > 2000) {
      break;
    }
    restarts.restart(results);
  }

  EXPECT_GT(largest, 2000U);
  EXPECT_LT(small, 1.1 * large);
  EXPECT_GT(small, 0.2 * large);
}

}  // namespace
}  // namespace diwan::cmaes
