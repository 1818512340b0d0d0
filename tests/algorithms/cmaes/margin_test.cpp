// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/margin.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "cmaes_reference.hpp"

namespace diwan::cmaes {
namespace {

Evolution at(const Eigen::VectorXd& mean, double sigma) {
  const Eigen::Index d = mean.size();
  return {{.mean = mean, .sigma = sigma, .covariance = Eigen::MatrixXd::Identity(d, d)}, 6};
}

TEST(Margin, CorrectsAsTheReference) {
  for (const MarginReference& reference : margin_references) {
    const SearchSpace space(
        {{"steps", Integer{.low = 1, .high = reference.values}}, {"x", Real{.low = 0, .high = 1}}});
    const Coding coding(space);
    Evolution evolution = at(Eigen::Vector2d(0.53, 0.5), 1.0 / 6);
    Margin margin(2, reference.least);

    for (std::size_t generation = 0; generation < reference.points.size(); ++generation) {
      evolution.update(
          Eigen::Map<const Eigen::MatrixXd>(reference.points[generation].data(), 2, 6));
      margin.correct(coding, evolution);

      EXPECT_NEAR(evolution.mean()[0], reference.means[generation], 1e-9)
          << reference.values << " values, generation " << generation;
      EXPECT_NEAR(margin.scale()[0] / reference.scales[generation], 1, 1e-9)
          << reference.values << " values, generation " << generation;
    }
    EXPECT_EQ(margin.scale()[1], 1);
  }
}

TEST(Margin, KeepsTheOtherValuesAlive) {
  const Coding coding(SearchSpace(
      {{"n", Integer{.low = 1, .high = 9}},
       {"log", Integer{.low = 1, .high = 1000, .distribution = Distribution::log_uniform}},
       {"list", Discrete{.values = {4, 1, 2}, .texts = {"4", "1", "2"}}}}));
  Evolution evolution = at(Eigen::Vector3d(0.5, 0.4, 0.95), 1e-9);
  Margin margin(3, 0.1);

  margin.correct(coding, evolution);

  for (std::size_t j = 0; j < 3; ++j) {
    const auto i = static_cast<Eigen::Index>(j);
    const double mean = evolution.mean()[i];
    const double deviation = evolution.sigma() * margin.scale()[i];
    const Coding::Borders border = coding.borders(j, mean);
    const double below = std::erfc((mean - border.lower) / deviation / std::sqrt(2.0)) / 2;
    const double above = std::erfc((border.upper - mean) / deviation / std::sqrt(2.0)) / 2;
    if (border.lower == border.upper) {
      EXPECT_NEAR(std::min(below, above), 0.1, 1e-6) << j;
    } else {
      EXPECT_NEAR(below, 0.05, 1e-6) << j;
      EXPECT_NEAR(above, 0.05, 1e-6) << j;
    }
  }
}

}  // namespace
}  // namespace diwan::cmaes
