// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/process_acquisition.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "algorithms/gp/climb.hpp"
#include "random_points.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

const std::vector<Metric> mixed = {Metric::ordered, Metric::unordered, Metric::ordered};

/// 25 observed points, then `pending` pending ones.
Posterior experience(std::size_t pending) {
  Posterior posterior(mixed, {.inverse_squares = {9, 0.5, 4}, .signal = 1.1, .noise = 0.001});
  const auto points = random_points(25, mixed, 1);
  std::vector<double> outputs;
  outputs.reserve(points.size());
  for (const std::vector<double>& point : points) {
    outputs.push_back(std::cos(5 * point[0]) + 0.3 * point[1] - point[2]);
  }
  posterior.add(points);
  posterior.observe(outputs);
  posterior.add(random_points(pending, mixed, 2));
  return posterior;
}

Rows normals(Index samples, Index pending) {
  Draw draw(3, 0);
  Rows result(samples, pending);
  for (Index i = 0; i < result.size(); ++i) {
    result.data()[i] = draw.normal();
  }
  return result;
}

void expect_gradient(const ProcessAcquisition& acquisition) {
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

TEST(ProcessAcquisition, HasTheGradientOfItsDifferences) {
  for (const Goal goal :
       {Goal::expected_improvement, Goal::probability_of_improvement, Goal::lower_bound}) {
    const Posterior posterior = experience(0);

    expect_gradient({posterior, {.goal = goal, .best = -0.5}});
  }
}

TEST(ProcessAcquisition, HasTheGradientOfItsDifferencesWithPendingPoints) {
  const Posterior posterior = experience(3);

  expect_gradient({posterior, {.best = -0.5, .samples = normals(16, 3)}});
}

TEST(ProcessAcquisition, IntegratesOverWhatPendingPointsMayGive) {
  // By hand: tell each sample's outputs as if they were observed, and average the improvements.
  const Posterior posterior = experience(2);
  const Rows samples = normals(8, 2);
  const Rows at = rows_of(random_points(4, mixed, 5));
  const ProcessAcquisition acquisition(posterior, {.best = -1.2, .samples = samples});
  const auto pending = random_points(2, mixed, 2);
  Values sums = Values::Zero(4);
  for (Index s = 0; s < 8; ++s) {
    Posterior told = experience(0);
    std::vector<double> outputs;
    for (Index i = 0; i < 25; ++i) {
      const std::vector<double> point = told.points().at(i);
      outputs.push_back(std::cos(5 * point[0]) + 0.3 * point[1] - point[2]);
    }
    double best = -1.2;
    for (Index i = 0; i < 2; ++i) {
      const Predictions here = told.predict(rows_of({pending[static_cast<std::size_t>(i)]}), false);
      outputs.push_back(here.mean[0] + std::sqrt(here.variance[0] + 0.001) * samples(s, i));
      // The threshold is the function's value, of which the noise is no part.
      best = std::min(best, outputs.back());
      told.add(std::span(&pending[static_cast<std::size_t>(i)], 1));
      told.observe(outputs);
    }
    const Predictions predictions = told.predict(at, false);
    for (Index i = 0; i < 4; ++i) {
      sums[i] += std::exp(
          log_expected_improvement(predictions.mean[i], predictions.variance[i], best).value);
    }
  }

  const Values values = acquisition.values(at);

  for (Index i = 0; i < 4; ++i) {
    EXPECT_NEAR(values[i], std::log(sums[i] / 8), 0.02) << i;
  }
}

TEST(ProcessAcquisition, KeepsAwayFromPendingPoints) {
  const Posterior posterior = experience(1);
  const Rows pending = rows_of({posterior.points().at(25)});
  const Posterior before = experience(0);

  const double alone = ProcessAcquisition(before, {.best = -0.5}).values(pending)[0];
  const double with =
      ProcessAcquisition(posterior, {.best = -0.5, .samples = normals(16, 1)}).values(pending)[0];

  EXPECT_LT(with, alone - 1);
}

}  // namespace
}  // namespace diwan::gp
