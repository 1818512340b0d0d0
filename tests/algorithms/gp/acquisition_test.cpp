// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/acquisition.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace diwan::gp {
namespace {

struct Reference {
  double z;
  double log_h;
  double h_slope;
  double log_cdf;
};

// By mpmath with 60 digits (400 for the first three).
constexpr Reference references[] = {
    {-10000.0, -50000019.339619307, 10000.000199999994, -50000010.129278915},
    {-1000.0, -500014.73445209116, 1000.001999994, -500007.82669481218},
    {-100.0, -5010.1295788002498, 100.01999400419587, -5005.5242086942051},
    {-30.0, -457.724653760598, 30.066446154162419, -454.3212439563432},
    {-10.5, -60.773083700673941, 10.685595714219763, -58.404187061073243},
    {-9.5, -50.578559393519755, 9.7040186599635129, -48.30601929896523},
    {-5.001, -16.749663448901436, 5.3627562426625158, -15.070185381609438},
    {-4.999, -16.738939816412742, 5.3608762582673033, -15.059812373671578},
    {-1.0, -2.4851210257126413, 1.9042712333296918, -1.8410216450092635},
    {-0.5, -1.6205162643873199, 1.5598731483480797, -1.1759117615936186},
    {0.0, -0.91893853320467274, 1.2533141373155003, -0.69314718055994531},
    {1.0, 0.08002621884930694, 0.77663872520173926, -0.17275377902344989},
    {6.0, 1.7917594692541145, 0.16666666649789214, -9.8658764552437573e-10},
    {20.0, 2.995732273553991, 0.05, -2.7536241186062337e-89}};

TEST(LogExpectedImprovement, IsExactHoweverFarInTheTail) {
  for (const Reference& reference : references) {
    const LogH h = log_h(reference.z);
    const LogH cdf = log_normal_cdf(reference.z);

    EXPECT_NEAR(h.value, reference.log_h, 1e-12 * std::max(1.0, std::abs(reference.log_h)))
        << reference.z;
    EXPECT_NEAR(h.slope, reference.h_slope, 2e-11 * reference.h_slope) << reference.z;
    EXPECT_NEAR(cdf.value, reference.log_cdf, 1e-13 * std::max(1.0, std::abs(reference.log_cdf)))
        << reference.z;
  }
}

TEST(LogExpectedImprovement, IsThatOfTheClosedForm) {
  // E max(1 - f, 0), f ~ N(0.5, 0.2^2): 0.5 Phi(2.5) + 0.2 phi(2.5)
  const double expected = 0.5 * (std::erfc(-2.5 / std::sqrt(2)) / 2) +
                          0.2 * std::exp(-2.5 * 2.5 / 2) / std::sqrt(2 * std::acos(-1));

  EXPECT_NEAR(log_expected_improvement(0.5, 0.04, 1).value, std::log(expected), 1e-13);
}

template <class Function>
void expect_slopes(const Function& score) {
  for (const double mean : {-2.0, 0.3, 1.1, 30.0}) {
    for (const double variance : {1e-4, 0.5, 3.0}) {
      const Score at = score(mean, variance);
      const double h = 1e-6;
      const double by_mean = (score(mean + h, variance).value - score(mean - h, variance).value);
      const double g = 1e-6 * variance;
      const double by_variance =
          (score(mean, variance + g).value - score(mean, variance - g).value);

      EXPECT_NEAR(at.by_mean, by_mean / (2 * h), 1e-4 * std::max(1.0, std::abs(at.by_mean)));
      EXPECT_NEAR(at.by_variance, by_variance / (2 * g),
                  1e-4 * std::max(1.0, std::abs(at.by_variance)));
    }
  }
}

TEST(Acquisition, SlopesAreThoseOfTheDifferences) {
  expect_slopes([](double m, double v) { return log_expected_improvement(m, v, 0.2); });
  expect_slopes([](double m, double v) { return log_probability_of_improvement(m, v, 0.2); });
  expect_slopes([](double m, double v) { return lower_confidence_bound(m, v, 1.96); });
}

TEST(LowerConfidenceBound, IsDeviationsBelowTheMeanNegated) {
  EXPECT_DOUBLE_EQ(lower_confidence_bound(1, 4, 1.96).value, 1.96 * 2 - 1);
}

}  // namespace
}  // namespace diwan::gp
