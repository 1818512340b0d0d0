// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/warm_start.hpp"

#include <cmath>

#include <Eigen/Cholesky>

#include "algorithms/space/elementary.hpp"

namespace diwan::cmaes {

Run::Start warm_start(const Coding& coding, std::span<const Sample> known) {
  constexpr double alpha = 0.1;
  const std::span<const Sample> best = known.first(known.size() / 10);
  const auto n = static_cast<double>(best.size());
  const auto d = static_cast<Eigen::Index>(coding.dimensions());
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(d);
  for (const Sample& sample : best) {
    mean += sample.point / n;
  }
  Eigen::MatrixXd covariance = alpha * alpha * Eigen::MatrixXd::Identity(d, d);
  for (const Sample& sample : best) {
    covariance += (sample.point - mean) * (sample.point - mean).transpose() / n;
  }
  Run::Start start{.gaussian = {.mean = std::move(mean), .sigma = 1, .covariance = covariance},
                   .probabilities = {}};
  if (d > 0) {
    // sigma^2 is the d-th root of the determinant.
    double logarithm = 0;
    for (const double pivot : Eigen::VectorXd(covariance.llt().matrixLLT().diagonal())) {
      logarithm += portable_log(pivot);
    }
    start.gaussian.sigma = portable_exp(logarithm / static_cast<double>(d));
    start.gaussian.covariance /= start.gaussian.sigma * start.gaussian.sigma;
  }
  for (std::size_t k = 0; k < coding.choices().size(); ++k) {
    Eigen::VectorXd q = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(coding.choices()[k]));
    for (const Sample& sample : best) {
      q[static_cast<Eigen::Index>(sample.chosen[k])] += 1;
    }
    start.probabilities.emplace_back(q / q.sum());
  }
  return start;
}

}  // namespace diwan::cmaes
