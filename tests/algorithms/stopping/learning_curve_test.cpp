// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/stopping/learning_curve.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(LearningCurve, KeepsItsBestAndLeavesOutWhatIsNotFinite) {
  LearningCurve curve;
  EXPECT_EQ(curve.best(), std::numeric_limits<double>::infinity());

  curve.take(1, {.step = 1, .loss = 3});
  curve.take(1, {.step = 2, .loss = std::numeric_limits<double>::quiet_NaN()});
  curve.take(1, {.step = 3, .loss = 2});
  curve.take(1, {.step = 4, .loss = -std::numeric_limits<double>::infinity()});
  curve.take(1, {.step = 5, .loss = 4});

  EXPECT_EQ(curve.size(), 3U);
  EXPECT_EQ(curve.best(), 2);
}

TEST(LearningCurve, OfALaterAttemptReplacesFromItsFirstStepOn) {
  LearningCurve curve;
  curve.take(1, {.step = 1, .loss = 5});
  curve.take(1, {.step = 2, .loss = 4});
  curve.take(1, {.step = 3, .loss = 1});

  curve.take(2, {.step = 3, .loss = 6});

  EXPECT_EQ(curve.size(), 3U);
  EXPECT_EQ(curve.best(), 4);

  curve.take(2, {.step = 2, .loss = 7});
  EXPECT_EQ(curve.size(), 4U);

  curve.take(3, {.step = 1, .loss = 9});
  EXPECT_EQ(curve.size(), 1U);
  EXPECT_EQ(curve.best(), 9);
}

TEST(AverageCurve, AveragesAllUpToAStep) {
  LearningCurve curve;
  for (const LearningCurve::Report report : std::vector<LearningCurve::Report>{
           {.step = 30, .loss = 9}, {.step = 10, .loss = 4}, {.step = 20, .loss = 2}}) {
    curve.take(1, report);
  }
  curve.take(1, {.step = 20, .loss = 0});

  const AverageCurve averages(curve);

  EXPECT_EQ(averages.up_to(9), std::nullopt);
  EXPECT_EQ(averages.up_to(10), 4);
  EXPECT_EQ(averages.up_to(19), 4);
  EXPECT_EQ(averages.up_to(20), 2);
  EXPECT_EQ(averages.up_to(30), 3.75);
  EXPECT_EQ(averages.up_to(1000), 3.75);
}

TEST(AverageCurve, OfAFlatCurveIsItsValue) {
  LearningCurve curve;
  for (std::int64_t step = 1; step <= 1000; ++step) {
    curve.take(1, {.step = step, .loss = 0.1});
  }

  const AverageCurve averages(curve);

  for (std::int64_t step = 1; step <= 1000; ++step) {
    ASSERT_EQ(averages.up_to(step), 0.1) << step;
  }
}

}  // namespace
}  // namespace diwan
