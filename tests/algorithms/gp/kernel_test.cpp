// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/kernel.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "random_points.hpp"

namespace diwan::gp {
namespace {

const std::vector<Metric> mixed = {Metric::ordered, Metric::unordered, Metric::ordered};
const Hyperparameters some{.inverse_squares = {4, 0.5, 1}, .signal = 1.7, .noise = 0.01};

double matern52(double r, double s) {
  return s * (1 + std::sqrt(5) * r + 5 * r * r / 3) * std::exp(-std::sqrt(5) * r);
}

TEST(Kernel, IsMaternFiveHalvesOfTheScaledDistance) {
  const Points points = points_of({{0.2, 1, 0.9}, {0.5, 2, 0.4}}, mixed);
  std::vector<double> k(8);

  covariances(points, 2, std::vector<double>{0.5, 1, 0.5}, some, k.data(), nullptr);

  // 4 0.3^2 + 0 + 0.4^2 and 0 + 0.5 + 0.1^2
  EXPECT_NEAR(k[0], matern52(std::sqrt(0.36 + 0.16), 1.7), 1e-15);
  EXPECT_NEAR(k[1], matern52(std::sqrt(0.5 + 0.01), 1.7), 1e-15);
}

TEST(Kernel, IsTheSignalVarianceAtThePointItself) {
  const Points points = points_of({{0.2, 1, 0.9}}, mixed);
  std::vector<double> k(8);

  covariances(points, 1, points.at(0), some, k.data(), nullptr);

  EXPECT_EQ(k[0], 1.7);
}

TEST(Kernel, SlopeIsTheDerivativeByTheSquaredDistance) {
  const std::vector<Metric> line = {Metric::ordered};
  const Hyperparameters unit{.inverse_squares = {1}, .signal = 0.8, .noise = 0};
  for (const double square : {1e-6, 0.01, 0.3, 2.0, 9.0}) {
    const double h = 1e-5 * square;
    const Points points =
        points_of({{std::sqrt(square)}, {std::sqrt(square - h)}, {std::sqrt(square + h)}}, line);
    std::vector<double> k(8);
    std::vector<double> slope(8);

    covariances(points, 3, std::vector<double>{0.0}, unit, k.data(), slope.data());

    // Central difference: truncation 1e-10 relative, cancellation 1e-16 / h.
    EXPECT_NEAR(slope[0], (k[2] - k[1]) / (2 * h), 1e-6 + 1e-16 / h) << square;
  }
}

TEST(Kernel, SumsEqualThoseOfPlainLoops) {
  for (const Eigen::Index n : {0, 3, 8, 21}) {
    const auto all = random_points(static_cast<std::size_t>(n), mixed, 3);
    const Points points = points_of(all, mixed);
    std::vector<double> weight;
    double squares = 0;
    double unequal = 0;
    double differences = 0;
    double product = 0;
    for (const std::vector<double>& point : all) {
      weight.push_back(point[2] - 0.3);
      squares += weight.back() * (point[0] - 0.4) * (point[0] - 0.4);
      unequal += point[1] == 1 ? 0 : weight.back();
      differences += weight.back() * (0.4 - point[0]);
      product += weight.back() * point[0];
    }

    EXPECT_NEAR(weighted_squares(points.coordinate(0), 0.4, Metric::ordered, weight.data(), n),
                squares, 1e-14);
    EXPECT_NEAR(weighted_squares(points.coordinate(1), 1, Metric::unordered, weight.data(), n),
                unequal, 1e-14);
    EXPECT_NEAR(weighted_differences(points.coordinate(0), 0.4, weight.data(), n), differences,
                1e-14);
    EXPECT_NEAR(dot(points.coordinate(0), weight.data(), n), product, 1e-14);
  }
}

}  // namespace
}  // namespace diwan::gp
