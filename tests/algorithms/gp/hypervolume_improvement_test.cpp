// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/hypervolume_improvement.hpp"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "algorithms/hypervolume.hpp"
#include "algorithms/rng.hpp"

namespace diwan::gp {
namespace {

using Rows = std::vector<std::vector<double>>;
using Numbers = std::vector<double>;

HypervolumeImprovement improvement(const Rows& front, const Numbers& reference) {
  return HypervolumeImprovement(undominated_boxes(front, reference));
}

double gain(Rows front, const Numbers& reference, const Numbers& point) {
  const double before = hypervolume(front, reference);
  front.push_back(point);
  return hypervolume(front, reference) - before;
}

const Rows two = {{-1, 1}, {0, 0.2}, {0.7, -0.8}};
const Numbers two_reference = {1.5, 1.6};

TEST(HypervolumeImprovement, IsTheGainOfACertainPoint) {
  const HypervolumeImprovement ehvi = improvement(two, two_reference);
  for (const Numbers& point : {Numbers{-2, -2}, {-0.5, 0.5}, {0.3, -3}, {-5, 1.2}}) {
    const double expected = gain(two, two_reference, point);

    EXPECT_NEAR(std::exp(ehvi(point, Numbers{1e-16, 1e-16}).value), expected, 1e-7);
  }
}

TEST(HypervolumeImprovement, AgreesWithNumericIntegration) {
  const HypervolumeImprovement ehvi = improvement(two, two_reference);
  const Numbers means = {0.2, 0.1};
  const Numbers variances = {0.3, 0.5};
  // Midpoints of 400 x 400 cells, seven deviations to each side.
  constexpr int cells = 400;
  double integral = 0;
  for (int i = 0; i < cells; ++i) {
    for (int j = 0; j < cells; ++j) {
      const double a = 14 * (i + 0.5) / cells - 7;
      const double b = 14 * (j + 0.5) / cells - 7;
      const double density = std::exp(-(a * a + b * b) / 2) / (2 * std::acos(-1));
      const Numbers point = {means[0] + std::sqrt(variances[0]) * a,
                             means[1] + std::sqrt(variances[1]) * b};
      integral += density * gain(two, two_reference, point) * (14.0 / cells) * (14.0 / cells);
    }
  }

  // The error of the midpoints at kinks is of the order of a cell squared.
  EXPECT_NEAR(std::exp(ehvi(means, variances).value), integral, 1e-4 * integral);
}

TEST(HypervolumeImprovement, AgreesWithMonteCarloForThreeAndFourObjectives) {
  for (const std::size_t objectives : {3U, 4U}) {
    Draw draw(1, objectives);
    Rows front(8, Numbers(objectives));
    for (Numbers& row : front) {
      for (double& value : row) {
        value = draw.normal();
      }
    }
    const Numbers reference(objectives, 2.0);
    const Numbers means(objectives, -0.2);
    const Numbers variances(objectives, 0.25);
    double sum = 0;
    double squares = 0;
    constexpr int samples = 20000;
    for (int i = 0; i < samples; ++i) {
      Numbers point = means;
      for (double& value : point) {
        value += 0.5 * draw.normal();
      }
      const double one = gain(front, reference, point);
      sum += one;
      squares += one * one;
    }
    const double mean = sum / samples;
    const double error = std::sqrt((squares / samples - mean * mean) / samples);

    const double value = std::exp(improvement(front, reference)(means, variances).value);

    EXPECT_NEAR(value, mean, 4 * error) << objectives;
  }
}

TEST(HypervolumeImprovement, IsTheProductOfImprovementsWithoutAFront) {
  const double value = improvement({}, {1, 2, 0.5})(Numbers{3, 1, 0}, Numbers{1, 0.5, 2}).value;

  EXPECT_NEAR(value,
              log_expected_improvement(3, 1, 1).value + log_expected_improvement(1, 0.5, 2).value +
                  log_expected_improvement(0, 2, 0.5).value,
              1e-12);
}

TEST(HypervolumeImprovement, HasTheDerivativesOfItsDifferences) {
  const HypervolumeImprovement ehvi = improvement(two, two_reference);
  for (const Numbers& means : {Numbers{0.2, 0.1}, {-3, 4}, {2, 2}, {8, 7}, {-2, -2}}) {
    const Numbers variances = {0.3, 0.5};
    const HypervolumeImprovement::Value at = ehvi(means, variances);
    for (std::size_t j = 0; j < 2; ++j) {
      const double h = 1e-5;
      Numbers up = means;
      Numbers down = means;
      up[j] += h;
      down[j] -= h;
      Numbers wide = variances;
      Numbers narrow = variances;
      wide[j] += h;
      narrow[j] -= h;

      const double by_mean = (ehvi(up, variances).value - ehvi(down, variances).value) / (2 * h);
      const double by_variance = (ehvi(means, wide).value - ehvi(means, narrow).value) / (2 * h);

      EXPECT_NEAR(at.by_mean[j], by_mean, 1e-6 * std::max(1.0, std::abs(by_mean)));
      EXPECT_NEAR(at.by_variance[j], by_variance, 1e-6 * std::max(1.0, std::abs(by_variance)));
    }
  }
}

TEST(HypervolumeImprovement, FallsSteadilyHoweverFarAway) {
  const HypervolumeImprovement ehvi = improvement(two, two_reference);
  double before = ehvi(Numbers{0, 0}, Numbers{0.01, 0.01}).value;
  for (const double away : {1.0, 3.0, 9.0, 27.0, 81.0, 243.0, 729.0, 1e4, 1e5, 1e6}) {
    const HypervolumeImprovement::Value at = ehvi(Numbers{away, away}, Numbers{0.01, 0.01});

    EXPECT_TRUE(std::isfinite(at.value));
    EXPECT_LT(at.value, before);
    EXPECT_LT(at.by_mean[0], 0);
    EXPECT_LT(at.by_mean[1], 0);
    EXPECT_GT(at.by_variance[0], 0);
    before = at.value;
  }
}

TEST(HypervolumeImprovement, StaysFiniteForTinyAndHugeDeviationsAndNearlyEqualPoints) {
  const Rows front = {{0, 1}, {1e-15, 1 - 1e-15}, {0.5, 0.5}};
  const HypervolumeImprovement ehvi = improvement(front, {2, 2});
  for (const double variance : {1e-24, 1e-12, 1.0, 1e12}) {
    for (const Numbers& means : {Numbers{0, 1}, {0.5, 0.5}, {1e8, -1e8}, {-1e8, -1e8}, {40, 40}}) {
      const HypervolumeImprovement::Value at = ehvi(means, Numbers{variance, variance});

      EXPECT_TRUE(std::isfinite(at.value)) << variance << ' ' << means[0];
      for (const double slope :
           {at.by_mean[0], at.by_mean[1], at.by_variance[0], at.by_variance[1]}) {
        EXPECT_TRUE(std::isfinite(slope)) << variance << ' ' << means[0];
      }
    }
  }
}

}  // namespace
}  // namespace diwan::gp
