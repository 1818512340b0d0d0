// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/categories.hpp"

#include <array>

#include <gtest/gtest.h>

#include "cmaes_reference.hpp"

namespace diwan::cmaes {
namespace {

TEST(Categories, MoveAsTheReferenceGivenTheSameParents) {
  Categories categories(std::array<std::size_t, 2>{3, 5}, categories_reference.margin);
  const Eigen::Map<const Eigen::VectorXd> weights(categories_reference.weights.data(), 4);

  for (const std::vector<std::size_t>& flat : categories_reference.parents) {
    std::vector<std::vector<std::size_t>> parents;
    for (std::size_t i = 0; i < 4; ++i) {
      parents.push_back({flat[2 * i], flat[2 * i + 1]});
    }
    categories.update(parents, weights);
  }

  for (std::size_t i = 0; i < 8; ++i) {
    const Eigen::VectorXd& q = categories.probabilities()[i < 3 ? 0 : 1];
    EXPECT_NEAR(q[static_cast<Eigen::Index>(i < 3 ? i : i - 3)],
                categories_reference.probabilities[i], 1e-10)
        << i;
  }
}

TEST(Categories, FavourTheBetterChoiceAndForgetNone) {
  Categories categories(std::array<std::size_t, 2>{2, 40}, 0.1);
  const Eigen::VectorXd weights = Eigen::Vector2d(0.7, 0.3);

  for (int generation = 0; generation < 500; ++generation) {
    categories.update(std::vector<std::vector<std::size_t>>{{1, 7}, {1, 7}}, weights);
    for (const Eigen::VectorXd& q : categories.probabilities()) {
      ASSERT_NEAR(q.sum(), 1, 1e-12);
      ASSERT_GE(q.minCoeff(), 0.1 / static_cast<double>(q.size() - 1) - 1e-12);
    }
  }

  EXPECT_NEAR(categories.probabilities()[0][1], 0.9, 1e-6);
  EXPECT_NEAR(categories.probabilities()[1][7], 0.9, 1e-6);
}

TEST(Categories, AreDrawnWithTheirProbabilities) {
  const Probabilities probabilities = {Eigen::Vector3d(0.2, 0.5, 0.3)};
  std::array<int, 3> seen{};

  for (std::uint64_t i = 0; i < 10000; ++i) {
    Draw draw(1, 2, i);
    ++seen.at(draw_choices(probabilities, draw)[0]);
  }

  EXPECT_NEAR(seen[0], 2000, 150);
  EXPECT_NEAR(seen[1], 5000, 200);
}

}  // namespace
}  // namespace diwan::cmaes
