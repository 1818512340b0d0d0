// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/rates.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/space/elementary.hpp"

namespace diwan::cmaes {

std::size_t default_population(std::size_t dimensions) {
  const double logarithm = portable_log(static_cast<double>(std::max<std::size_t>(1, dimensions)));
  return 4 + static_cast<std::size_t>(std::floor(3 * logarithm));
}

Rates::Rates(std::size_t dimensions, std::size_t population)
    : parents(population / 2), weights(static_cast<Eigen::Index>(population)) {
  const auto d = static_cast<double>(dimensions);
  const auto lambda = static_cast<double>(population);
  const auto mu = static_cast<Eigen::Index>(parents);
  // (49)
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    weights[i] = portable_log((lambda + 1) / 2) - portable_log(static_cast<double>(i + 1));
  }
  const auto effective = [](const auto& w) { return w.sum() * w.sum() / w.squaredNorm(); };
  mu_eff = effective(weights.head(mu));
  const double mu_eff_minus = effective(weights.tail(weights.size() - mu));
  // (57), (58)
  c_1 = 2 / ((d + 1.3) * (d + 1.3) + mu_eff);
  c_mu = std::min(1 - c_1 - 1e-8, 2 * (mu_eff - 2 + 1 / mu_eff) / ((d + 2) * (d + 2) + mu_eff));
  // (50) to (53): the negative weights keep the covariance positive definite.
  const double alpha = std::min(
      {1 + c_1 / c_mu, 1 + 2 * mu_eff_minus / (mu_eff + 2), (1 - c_1 - c_mu) / (d * c_mu)});
  const double positive = weights.cwiseMax(0).sum();
  const double negative = -weights.cwiseMin(0).sum();
  for (double& weight : weights) {
    weight *= weight >= 0 ? 1 / positive : alpha / negative;
  }
  // (55), (56)
  c_sigma = (mu_eff + 2) / (d + mu_eff + 5);
  d_sigma = 1 + 2 * std::max(0.0, std::sqrt((mu_eff - 1) / (d + 1)) - 1) + c_sigma;
  c_c = (4 + mu_eff / d) / (d + 4 + 2 * mu_eff / d);
  chi = std::sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));
  // Section B.2
  eigen_gap = static_cast<std::size_t>(std::max(1.0, std::floor(1 / (10 * d * (c_1 + c_mu)))));
}

}  // namespace diwan::cmaes
