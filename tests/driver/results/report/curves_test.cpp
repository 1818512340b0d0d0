// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/curves.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace diwan {
namespace {

Record observed(RunKey run, std::vector<std::int64_t> steps, std::vector<double> values,
                bool own_steps = true) {
  Observed event;
  event.run = run;
  event.own_steps = own_steps;
  event.times.resize(steps.size());
  event.steps = std::move(steps);
  event.values = std::move(values);
  return {.number = 1, .time = {}, .event = event};
}

std::vector<CurvePoint> only_curve(const CurveBook& book) { return book.curves().begin()->second; }

TEST(CurveBook, JoinsAnAttemptThatWentOnFromACheckpoint) {
  CurveBook book;
  book.take(observed({1, 1}, {1, 2, 3}, {9, 8, 7}));

  book.take(observed({1, 2}, {3, 4}, {6, 5}));

  EXPECT_EQ(only_curve(book), (std::vector<CurvePoint>{{1, 9}, {2, 8}, {3, 6}, {4, 5}}));
}

TEST(CurveBook, KeepsTheLastAttemptAloneWhereStepsAreOnlyCounted) {
  CurveBook book;
  book.take(observed({1, 1}, {1, 2, 3}, {9, 8, 7}, false));

  book.take(observed({1, 2}, {1}, {6}, false));

  EXPECT_EQ(only_curve(book), (std::vector<CurvePoint>{{1, 6}}));
}

TEST(CurveBook, LeavesOutWhatIsNotFiniteAndOrdersSteps) {
  CurveBook book;

  book.take(observed({1, 1}, {3, 1, 2, 1}, {3, 9, std::numeric_limits<double>::quiet_NaN(), 1}));

  EXPECT_EQ(only_curve(book), (std::vector<CurvePoint>{{1, 1}, {3, 3}}));
}

TEST(CurveBook, HoldsABoundedNumberOfPointsOfALongCurve) {
  CurveBook book;
  for (std::int64_t step = 1; step <= 50000; ++step) {
    book.take(observed({1, 1}, {step}, {std::sin(static_cast<double>(step) / 100)}));
  }

  const std::vector<CurvePoint> curve = only_curve(book);

  EXPECT_LE(curve.size(), 2048U);
  EXPECT_EQ(curve.front().step, 1);
  EXPECT_EQ(curve.back().step, 50000);
}

TEST(Thinned, KeepsEndsAndPeaks) {
  std::vector<CurvePoint> points;
  for (std::int64_t step = 0; step < 1000; ++step) {
    points.push_back({step, step == 337 ? 50.0 : 1.0});
  }

  const std::vector<CurvePoint> kept = thinned(points, 20);

  EXPECT_EQ(kept.size(), 20U);
  EXPECT_EQ(kept.front(), points.front());
  EXPECT_EQ(kept.back(), points.back());
  EXPECT_NE(std::find(kept.begin(), kept.end(), points[337]), kept.end());
}

TEST(Thinned, TakesAsFewAsTwo) {
  const std::vector<CurvePoint> points{{1, 1}, {2, 5}, {3, 2}, {4, 0}};

  EXPECT_EQ(thinned(points, 2), (std::vector<CurvePoint>{{1, 1}, {4, 0}}));
}

}  // namespace
}  // namespace diwan
