// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/hypervolume_surrogate.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "algorithms/gp/climb.hpp"
#include "algorithms/gp/hypervolume_acquisition.hpp"
#include "random_points.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

const std::vector<Metric> mixed = {Metric::ordered, Metric::unordered, Metric::ordered};

Posterior posterior(double a, double phase) {
  Posterior result(mixed, {.inverse_squares = {a, 0.5, 4}, .signal = 1.1, .noise = 0.001});
  const auto points = random_points(25, mixed, 1);
  std::vector<double> outputs;
  outputs.reserve(points.size());
  for (const std::vector<double>& point : points) {
    outputs.push_back(std::cos(5 * point[0] + phase) + 0.3 * point[1] - point[2]);
  }
  result.add(points);
  result.observe(outputs);
  return result;
}

std::vector<Result> results(std::size_t count) {
  std::vector<Result> all;
  for (std::vector<double>& point : random_points(count, mixed, 1)) {
    Result& result = all.emplace_back();
    if (all.size() % 9 != 4) {
      result.values = {std::cos(5 * point[0]) + point[1], std::sin(5 * point[0]) - point[2]};
    }
    result.point = std::move(point);
  }
  return all;
}

TEST(HypervolumeAcquisition, HasTheGradientOfItsDifferences) {
  const Posterior first = posterior(9, 0);
  const Posterior second = posterior(3, 1);
  const HypervolumeImprovement improvement(
      undominated_boxes({{-1.2, 0.1}, {-0.8, -0.9}}, {0.2, 0.3}));
  const HypervolumeAcquisition acquisition({&first, &second}, improvement, improvement);
  const Rows points = rows_of(random_points(6, mixed, 4));

  Rows gradients;
  const Values values = acquisition.values_and_gradients(points, gradients);

  EXPECT_LT((values - acquisition.values(points)).abs().maxCoeff(), 1e-12);
  for (Index row = 0; row < points.rows(); ++row) {
    EXPECT_EQ(gradients(row, 1), 0);
    for (const Index d : {0, 2}) {
      const double h = 1e-6;
      Rows up = points.row(row);
      Rows down = points.row(row);
      up(0, d) += h;
      down(0, d) -= h;
      const double difference = (acquisition.values(up)[0] - acquisition.values(down)[0]) / (2 * h);

      EXPECT_NEAR(gradients(row, d), difference, 1e-5 * std::max(1.0, std::abs(difference)));
    }
  }
}

TEST(ReferencePoint, LiesBehindTheFrontByATenthOfTheRangeOfAll) {
  const std::vector<std::vector<double>> rows = {{0, 3}, {1, 1}, {5, 11}};
  const std::vector<std::size_t> front = {0, 1};

  EXPECT_EQ(reference_point(rows, front, 2), (std::vector<double>{1.5, 4}));
  EXPECT_EQ(reference_point({}, {}, 2), (std::vector<double>{0.1, 0.1}));
}

TEST(HypervolumeSurrogate, PromisesOthersOfTheFrontEachTime) {
  HypervolumeSurrogate surrogate(mixed, 2);
  const std::vector<Result> all = results(60);
  surrogate.update(all);
  std::set<std::size_t> promised;

  for (std::uint64_t index = 0; index < 30; ++index) {
    const std::vector<std::size_t> some = surrogate.promising(3, index);
    promised.insert(some.begin(), some.end());
    EXPECT_EQ(std::set(some.begin(), some.end()).size(), some.size());
  }

  EXPECT_GT(promised.size(), 3U);
  for (const std::size_t i : promised) {
    EXPECT_FALSE(all[i].values.empty());
  }
}

TEST(HypervolumeSurrogate, IsTheSameWhateverWasAskedBefore) {
  const SearchSpace space({{"x", Real{.low = 0, .high = 1}},
                           {"kind", Categorical{{"a", "b", "c"}}},
                           {"y", Real{.low = 0, .high = 1}}});
  const ModelSpace model_space(space);
  const AcquisitionSearch search(model_space, {}, 1);
  const std::vector<Result> all = results(30);
  const std::vector<Pending> pending = {{.point = {0.5, 1, 0.5}, .index = 30}};
  HypervolumeSurrogate often(mixed, 2);
  HypervolumeSurrogate once(mixed, 2);
  for (std::size_t n = 1; n <= all.size(); ++n) {
    often.update(std::span(all).first(n));
    if (n % 10 == 0) {
      often.candidates(search, {.pending = pending, .index = n});
    }
  }

  once.update(all);

  const auto a = often.candidates(search, {.pending = pending, .index = 31});
  const auto b = once.candidates(search, {.pending = pending, .index = 31});
  EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.point == y.point && x.value == y.value;
  }));
}

TEST(HypervolumeSurrogate, SurvivesResultsThatAllFailed) {
  const SearchSpace space({{"x", Real{.low = 0, .high = 1}}});
  const ModelSpace model_space(space);
  const AcquisitionSearch search(model_space, {}, 1);
  HypervolumeSurrogate surrogate(model_space.metrics(), 3);

  surrogate.update(std::vector<Result>(5, Result{.point = {0.5}}));

  const std::vector<Candidate> found = surrogate.candidates(search, {.index = 5});
  EXPECT_TRUE(surrogate.promising(3, 5).empty());
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(std::isfinite(found.front().value));
  EXPECT_GT(std::abs(found.front().point[0] - 0.5), 0.2);
}

}  // namespace
}  // namespace diwan::gp
