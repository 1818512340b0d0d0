// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/process_model.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "algorithms/gp/climb.hpp"
#include "random_points.hpp"

namespace diwan::gp {
namespace {

const std::vector<Metric> mixed = {Metric::ordered, Metric::unordered, Metric::ordered};

std::vector<Result> results(std::size_t count) {
  std::vector<Result> all;
  for (std::vector<double>& point : random_points(count, mixed, 1)) {
    Result& result = all.emplace_back();
    if (all.size() % 9 != 4) {
      result.values = {std::cos(5 * point[0]) + 0.3 * point[1] - point[2]};
    }
    result.point = std::move(point);
  }
  return all;
}

TEST(ProcessModel, FitsAtScheduledCountsAlone) {
  EXPECT_EQ(ProcessModel::scheduled(1), 1U);
  EXPECT_EQ(ProcessModel::scheduled(32), 32U);
  EXPECT_EQ(ProcessModel::scheduled(33), 32U);
  EXPECT_EQ(ProcessModel::scheduled(34), 34U);
  for (std::size_t n = 2; n < 5000; ++n) {
    const std::size_t count = ProcessModel::scheduled(n);
    EXPECT_LE(count, n);
    EXPECT_LE(n - count, std::min<std::size_t>(n / 16, 99));
    EXPECT_EQ(ProcessModel::scheduled(count), count);
  }
}

TEST(ProcessModel, IsTheSameToTheBitWhateverWasAskedBefore) {
  const Rows at = rows_of(random_points(5, mixed, 2));
  for (const std::size_t count : {1U, 7U, 40U, 150U, 233U}) {
    const std::vector<Result> all = results(count);
    ProcessModel often(mixed);
    ProcessModel once(mixed);
    for (std::size_t n = 1; n <= count; ++n) {
      often.update(std::span(all).first(n));
    }

    once.update(all);

    const Predictions a = often.posterior().predict(at, false);
    const Predictions b = once.posterior().predict(at, false);
    EXPECT_TRUE((a.mean == b.mean).all() && (a.variance == b.variance).all()) << count;
    EXPECT_EQ(often.best(), once.best());
  }
}

TEST(ProcessModel, PredictsWhatItHasSeen) {
  std::vector<Result> all = results(100);
  std::erase_if(all, [](const Result& result) { return result.values.empty(); });
  ProcessModel model(mixed);

  model.update(all);

  std::vector<std::vector<double>> points;
  points.reserve(all.size());
  for (const Result& result : all) {
    points.push_back(result.point);
  }
  const Values mean = model.posterior().predict(rows_of(points), false).mean;
  double worst = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    worst = std::max(worst, std::abs(mean[static_cast<Eigen::Index>(i)] - model.outputs()[i]));
  }
  EXPECT_LT(worst, 0.01);
}

TEST(ProcessModel, KeepsThePosteriorSmallHoweverManyTheResults) {
  const std::vector<Result> all = results(2500);
  ProcessModel model(mixed);

  model.update(all);

  EXPECT_LE(model.posterior().size(), 1000);
  EXPECT_EQ(model.outputs().size(), 2500U);
}

TEST(ProcessModel, SurvivesResultsThatSayNothing) {
  for (const std::vector<double>& values : {std::vector<double>(), std::vector<double>{3.0}}) {
    std::vector<Result> all(40, Result{.point = {0.5, 1, 0.5}, .values = values});
    ProcessModel model(mixed);

    model.update(all);

    const Predictions at = model.posterior().predict(rows_of({{0.5, 1, 0.5}, {0, 0, 0}}), false);
    EXPECT_EQ(at.mean[0], 0);
    EXPECT_GT(at.variance[1], at.variance[0]);
  }
}

}  // namespace
}  // namespace diwan::gp
