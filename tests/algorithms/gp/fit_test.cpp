// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/fit.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "random_points.hpp"

namespace diwan::gp {
namespace {

const std::vector<Metric> mixed = {Metric::ordered, Metric::ordered, Metric::unordered};

/// Moves with the first coordinate, hardly with the second, jumps with the third.
std::vector<double> outputs_at(const std::vector<std::vector<double>>& points, double noise) {
  Draw draw(5, 0);
  std::vector<double> outputs;
  outputs.reserve(points.size());
  for (const std::vector<double>& point : points) {
    outputs.push_back(std::sin(6 * point[0]) + 0.01 * point[1] + (point[2] == 1 ? 0.8 : 0) +
                      noise * draw.normal() - 0.4);
  }
  return outputs;
}

TEST(LogPosterior, HasTheGradientOfItsDifferences) {
  const auto all = random_points(30, mixed, 1);
  const Points points = points_of(all, mixed);
  const std::vector<double> outputs = outputs_at(all, 0.1);
  LogPosterior density(points, outputs);
  for (const double offset : {0.0, 0.7, -1.1}) {
    Values theta(5);
    theta << 1.0 + offset, 0.3, -0.4 - offset, 0.2 * offset, -3.0 + offset;
    Values gradient;
    density(theta, gradient);

    for (Eigen::Index i = 0; i < 5; ++i) {
      const double h = 1e-5;
      Values scratch;
      Values up = theta;
      Values down = theta;
      up[i] += h;
      down[i] -= h;
      const double difference = (density(up, scratch) - density(down, scratch)) / (2 * h);

      // Truncation and cancellation of the difference are both near 1e-9 of the value.
      EXPECT_NEAR(gradient[i], difference, 1e-6 * std::max(1.0, std::abs(difference))) << i;
    }
  }
}

TEST(LogPosterior, IsTheDensityOfOneNormalOutputWithPriors) {
  const Points points = points_of({{0.5}}, {Metric::ordered});
  const std::vector<double> outputs = {0.7};
  LogPosterior density(points, outputs);
  const auto at = [&](double signal, double noise) {
    Values theta(3);
    theta << 0, std::log(signal), std::log(noise);
    Values gradient;
    return density(theta, gradient);
  };
  const auto expected = [](double signal, double noise) {
    const double variance = signal + noise;
    return 0.49 / variance / 2 + std::log(variance) / 2 - (std::log(signal) - signal) -
           (0.1 * std::log(noise) - 30 * noise);
  };

  // Up to the constants of the densities, which differences do not have.
  EXPECT_NEAR(at(2, 0.1) - at(1, 0.01), expected(2, 0.1) - expected(1, 0.01), 1e-12);
}

TEST(Fit, TellsCoordinatesThatMatterFromThoseThatDoNot) {
  const auto all = random_points(60, mixed, 2);
  const Points points = points_of(all, mixed);

  const Hyperparameters fitted = fit(points, outputs_at(all, 0));

  EXPECT_GT(fitted.inverse_squares[0], 10 * fitted.inverse_squares[1]);
  EXPECT_GT(fitted.inverse_squares[2], 3 * fitted.inverse_squares[1]);
  EXPECT_LT(fitted.noise, 1e-4);
}

TEST(Fit, SeesTheNoise) {
  const auto all = random_points(120, mixed, 3);
  const Points points = points_of(all, mixed);

  const Hyperparameters fitted = fit(points, outputs_at(all, 0.3));

  // Deviation 0.3; the estimate from 120 residuals is good to a fifth or so.
  EXPECT_NEAR(std::sqrt(fitted.noise), 0.3, 0.08);
}

TEST(Fit, IsTheModeNeverWorseThanItsNeighbours) {
  const auto all = random_points(40, mixed, 4);
  const Points points = points_of(all, mixed);
  const std::vector<double> outputs = outputs_at(all, 0.2);
  const Hyperparameters fitted = fit(points, outputs);
  Values theta(5);
  for (Eigen::Index i = 0; i < 3; ++i) {
    theta[i] = std::log(fitted.inverse_squares[static_cast<std::size_t>(i)]);
  }
  theta[3] = std::log(fitted.signal);
  theta[4] = std::log(fitted.noise);
  LogPosterior density(points, outputs);
  Values scratch;
  const double least = density(theta, scratch);

  for (Eigen::Index i = 0; i < 5; ++i) {
    for (const double away : {-0.5, 0.5}) {
      Values other = theta;
      other[i] += away;
      EXPECT_GT(density(other, scratch), least - 1e-3) << i << ' ' << away;
    }
  }
}

TEST(Fit, MakesDoWithOnePointOrNone) {
  const Points one = points_of({{0.5, 0.5, 1}}, mixed);
  const Points none(mixed);

  EXPECT_TRUE(std::isfinite(fit(one, std::vector<double>{0.0}).noise));
  EXPECT_TRUE(std::isfinite(fit(none, {}).noise));
}

}  // namespace
}  // namespace diwan::gp
