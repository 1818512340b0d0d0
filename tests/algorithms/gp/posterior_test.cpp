// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/posterior.hpp"

#include <cmath>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "algorithms/gp/climb.hpp"
#include "random_points.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

const std::vector<Metric> mixed = {Metric::ordered, Metric::unordered, Metric::ordered};
const Hyperparameters some{.inverse_squares = {9, 0.5, 4}, .signal = 1.3, .noise = 0.02};

Posterior posterior_of(const std::vector<std::vector<double>>& points,
                       const std::vector<double>& outputs) {
  Posterior posterior(mixed, some);
  posterior.add(points);
  posterior.observe(outputs);
  return posterior;
}

std::vector<double> outputs_at(const std::vector<std::vector<double>>& points) {
  std::vector<double> outputs;
  outputs.reserve(points.size());
  for (const std::vector<double>& point : points) {
    outputs.push_back(std::cos(5 * point[0]) + 0.3 * point[1] - point[2]);
  }
  return outputs;
}

TEST(Posterior, OfOnePointIsTheClosedForm) {
  const Posterior posterior = posterior_of({{0.2, 1, 0.5}}, {0.8});

  const Predictions at = posterior.predict(rows_of({{0.5, 1, 0.5}}), false);

  const double r = std::sqrt(5.0) * 3 * 0.3;
  const double k = 1.3 * (1 + r + r * r / 3) * std::exp(-r);
  EXPECT_NEAR(at.mean[0], k * 0.8 / 1.32, 1e-14);
  EXPECT_NEAR(at.variance[0], 1.3 - k * k / 1.32, 1e-14);
}

TEST(Posterior, OfNoPointsIsThePrior) {
  const Posterior posterior(mixed, some);

  const Predictions at = posterior.predict(rows_of({{0.5, 1, 0.5}}), false);

  EXPECT_EQ(at.mean[0], 0);
  EXPECT_EQ(at.variance[0], 1.3);
}

TEST(Posterior, IsThatOfADirectSolution) {
  const auto points = random_points(40, mixed, 1);
  const std::vector<double> outputs = outputs_at(points);
  const Posterior posterior = posterior_of(points, outputs);
  const auto others = random_points(5, mixed, 2);
  const Points all = points_of(points, mixed);
  Eigen::MatrixXd k(40, 40);
  std::vector<double> row(40);
  for (Index i = 0; i < 40; ++i) {
    covariances(all, 40, points[static_cast<std::size_t>(i)], some, row.data(), nullptr);
    k.row(i) = Eigen::Map<Eigen::RowVectorXd>(row.data(), 40);
    k(i, i) += some.noise;
  }
  const Eigen::LLT<Eigen::MatrixXd> solver(k);
  const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(outputs.data(), 40);

  const Predictions at = posterior.predict(rows_of(others), false);

  for (Index i = 0; i < 5; ++i) {
    covariances(all, 40, others[static_cast<std::size_t>(i)], some, row.data(), nullptr);
    const Eigen::VectorXd with = Eigen::Map<Eigen::VectorXd>(row.data(), 40);
    EXPECT_NEAR(at.mean[i], with.dot(solver.solve(y)), 1e-11);
    EXPECT_NEAR(at.variance[i], 1.3 - with.dot(solver.solve(with)), 1e-11);
  }
  const Values fitted = posterior.fitted();
  const Predictions own = posterior.predict(rows_of(points), false);
  EXPECT_LT((fitted - own.mean).abs().maxCoeff(), 1e-10);
}

TEST(Posterior, BelievesPendingPointsToBeAsExpected) {
  const auto points = random_points(20, mixed, 1);
  Posterior posterior = posterior_of(points, outputs_at(points));
  const Rows others = rows_of(random_points(6, mixed, 3));
  const Predictions before = posterior.predict(others, false);

  posterior.add(random_points(3, mixed, 4));
  const Predictions with = posterior.predict(others, false);
  posterior.shrink(20);
  const Predictions after = posterior.predict(others, false);

  EXPECT_LT((with.mean - before.mean).abs().maxCoeff(), 1e-12);
  EXPECT_TRUE((with.variance < before.variance).all());
  EXPECT_TRUE((after.mean == before.mean).all());
  EXPECT_TRUE((after.variance == before.variance).all());
}

TEST(Posterior, GuessesTheMeanExactlyAndTheVarianceFromAbove) {
  const auto points = random_points(30, mixed, 1);
  const Posterior posterior = posterior_of(points, outputs_at(points));
  const Rows others = rows_of(random_points(20, mixed, 3));

  const Predictions exact = posterior.predict(others, false);
  const Predictions guess = posterior.guess(others);

  EXPECT_LT((guess.mean - exact.mean).abs().maxCoeff(), 1e-10);
  EXPECT_TRUE((guess.variance >= exact.variance - 1e-12).all());
  EXPECT_TRUE((guess.variance <= 1.3).all());
}

TEST(Posterior, StaysFiniteWhenAThousandPointsAreOne) {
  Posterior posterior(mixed, {.inverse_squares = {1, 1, 1}, .signal = 1, .noise = 1e-6});
  posterior.add(std::vector<std::vector<double>>(1000, {0.5, 1, 0.5}));
  posterior.observe(std::vector<double>(1000, 1.0));

  const Predictions at = posterior.predict(rows_of({{0.5, 1, 0.5}, {0.1, 0, 0.9}}), true);

  EXPECT_NEAR(at.mean[0], 1, 1e-3);
  EXPECT_TRUE(at.mean.allFinite() && (at.variance > 0).all());
}

}  // namespace
}  // namespace diwan::gp
