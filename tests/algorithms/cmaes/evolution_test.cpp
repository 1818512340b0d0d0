// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/evolution.hpp"

#include <cmath>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "algorithms/rng.hpp"
#include "cmaes_reference.hpp"

namespace diwan::cmaes {
namespace {

Evolution centred(Eigen::Index d, std::size_t population) {
  return {{.mean = Eigen::VectorXd::Constant(d, 0.5),
           .sigma = 1.0 / 6,
           .covariance = Eigen::MatrixXd::Identity(d, d)},
          population};
}

void expect_near(const Eigen::Ref<const Eigen::VectorXd>& actual,
                 const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), static_cast<Eigen::Index>(expected.size()));
  for (Eigen::Index i = 0; i < actual.size(); ++i) {
    const double value = expected[static_cast<std::size_t>(i)];
    EXPECT_NEAR(actual[i], value, 1e-10 * std::max(1.0, std::fabs(value))) << i;
  }
}

Eigen::MatrixXd drawn(const Evolution& evolution, std::uint64_t seed) {
  const auto population = static_cast<Eigen::Index>(evolution.population());
  Eigen::MatrixXd points(evolution.mean().size(), population);
  for (Eigen::Index i = 0; i < population; ++i) {
    Draw draw(seed, evolution.generation(), static_cast<std::uint64_t>(i));
    Eigen::VectorXd z(points.rows());
    for (double& coordinate : z) {
      coordinate = draw.normal();
    }
    points.col(i) = evolution.mean() + evolution.sigma() * evolution.root() * z;
  }
  return points;
}

TEST(Evolution, MovesAsTheReferenceGivenTheSamePoints) {
  for (const EvolutionReference& reference : evolution_references) {
    SCOPED_TRACE(reference.dimensions * 1000 + reference.population);
    Evolution evolution =
        centred(reference.dimensions, static_cast<std::size_t>(reference.population));
    if (reference.adapts) {
      evolution.adapt_learning_rate();
    }
    std::vector<double> sigmas;

    for (const std::vector<double>& points : reference.points) {
      evolution.update(Eigen::Map<const Eigen::MatrixXd>(points.data(), reference.dimensions,
                                                         reference.population));
      sigmas.push_back(evolution.sigma());
    }

    expect_near(
        Eigen::Map<Eigen::VectorXd>(sigmas.data(), static_cast<Eigen::Index>(sigmas.size())),
        reference.sigmas);
    expect_near(evolution.mean(), reference.mean);
    expect_near(evolution.covariance().reshaped(), reference.covariance);
    expect_near(evolution.sigma_path(), reference.sigma_path);
    expect_near(evolution.path(), reference.path);
  }
}

TEST(Evolution, HasTheSymmetricRootOfItsCovariance) {
  Evolution evolution = centred(4, 8);

  for (int generation = 0; generation < 5; ++generation) {
    evolution.update(drawn(evolution, 1));
  }

  EXPECT_NEAR((evolution.root() * evolution.root() - evolution.covariance()).norm(), 0, 1e-12);
  EXPECT_NEAR((evolution.root() - evolution.root().transpose()).norm(), 0, 1e-13);
}

TEST(Evolution, StaysPositiveDefiniteWhateverIsSelected) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Evolution evolution = centred(3, 7);

    for (int generation = 0; generation < 200; ++generation) {
      evolution.update(drawn(evolution, seed));  // in the order drawn: no selection
    }

    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(evolution.covariance());
    EXPECT_GT(solver.eigenvalues().minCoeff(), 0) << "seed " << seed;
    EXPECT_TRUE(evolution.mean().allFinite()) << "seed " << seed;
  }
}

TEST(Evolution, IsStuckOnceAllCandidatesAreOnePoint) {
  Evolution evolution = centred(3, 7);
  EXPECT_FALSE(evolution.stuck());

  for (int generation = 0; generation < 400 && !evolution.stuck(); ++generation) {
    evolution.update(evolution.mean().replicate(1, 7));
  }

  EXPECT_TRUE(evolution.stuck());
}

TEST(Evolution, LearnsSlowlyFromNoise) {
  Evolution evolution = centred(5, 8);
  evolution.adapt_learning_rate();

  for (int generation = 0; generation < 100; ++generation) {
    evolution.update(drawn(evolution, 3));
  }

  EXPECT_LT(evolution.learning_rate().mean_share(), 0.3);
  EXPECT_LT(evolution.learning_rate().covariance_share(), 0.3);
}

TEST(Rates, KeepThePublishedWeights) {
  const Rates rates(10, 10);

  EXPECT_EQ(default_population(10), 10U);
  EXPECT_EQ(default_population(1), 4U);
  EXPECT_EQ(rates.parents, 5U);
  EXPECT_NEAR(rates.weights.head(5).sum(), 1, 1e-15);
  EXPECT_LT(rates.weights.tail(5).maxCoeff(), 0);
  EXPECT_NEAR(rates.mu_eff, 3.167, 1e-3);
  EXPECT_EQ(rates.eigen_gap, 1U);
  EXPECT_GT(Rates(300, default_population(300)).eigen_gap, 1U);
}

}  // namespace
}  // namespace diwan::cmaes
