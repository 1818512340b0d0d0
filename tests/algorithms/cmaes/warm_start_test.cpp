// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/warm_start.hpp"

#include <gtest/gtest.h>

#include "cmaes_reference.hpp"

namespace diwan::cmaes {
namespace {

TEST(WarmStart, StartsAsTheReferenceFromTheSamePoints) {
  const Coding coding(SearchSpace({{"x", Real{}}, {"y", Real{}}, {"z", Real{}}}));
  const std::vector<double>& flat = warm_start_reference.points;
  std::vector<Sample> known;
  for (std::size_t i = 0; i < flat.size(); i += 3) {
    known.push_back({.point = Eigen::Vector3d(flat[i], flat[i + 1], flat[i + 2]), .chosen = {}});
  }

  const Run::Start start = warm_start(coding, known);

  EXPECT_NEAR(start.gaussian.sigma, warm_start_reference.sigma, 1e-12);
  for (Eigen::Index i = 0; i < 3; ++i) {
    EXPECT_NEAR(start.gaussian.mean[i], warm_start_reference.mean[static_cast<std::size_t>(i)],
                1e-12);
  }
  for (Eigen::Index i = 0; i < 9; ++i) {
    EXPECT_NEAR(start.gaussian.covariance.reshaped()[i],
                warm_start_reference.covariance[static_cast<std::size_t>(i)], 1e-12);
  }
}

TEST(WarmStart, PrefersTheChoicesOfTheBest) {
  const Coding coding(SearchSpace({{"x", Real{}}, {"c", Categorical{{"a", "b", "c"}}}}));
  std::vector<Sample> known;
  for (std::size_t i = 0; i < 20; ++i) {
    known.push_back(
        {.point = Eigen::VectorXd::Constant(1, 0.25), .chosen = {i < 2 ? std::size_t{1} : 2}});
  }

  const Run::Start start = warm_start(coding, known);

  EXPECT_NEAR(start.probabilities[0][1], 3.0 / 5, 1e-12);
  EXPECT_NEAR(start.gaussian.mean[0], 0.25, 1e-12);
  EXPECT_NEAR(start.gaussian.sigma, 0.1, 1e-12);
}

}  // namespace
}  // namespace diwan::cmaes
