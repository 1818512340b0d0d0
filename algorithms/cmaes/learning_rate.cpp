// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/learning_rate.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>

#include "algorithms/space/elementary.hpp"

namespace diwan::cmaes {
namespace {

constexpr double alpha = 1.4;
constexpr double beta_mean = 0.1;
constexpr double beta_covariance = 0.03;
constexpr double gamma = 0.1;

/// (16), (17): signal-to-noise ratio from the squared length of E and from V.
double signal(double squared, double V, double beta) {
  const double noise = V - squared;
  return noise > 0 ? (squared - beta / (2 - beta) * V) / noise : 0;
}

/// (20), (21)
double adapted(double eta, double ratio, double beta) {
  const double relative = std::clamp(ratio / (alpha * eta) - 1, -1.0, 1.0);
  return std::min(1.0, eta * portable_exp(std::min(gamma * eta, beta) * relative));
}

}  // namespace

LearningRate::LearningRate(Eigen::Index dimensions)
    : E_mean_(Eigen::VectorXd::Zero(dimensions)),
      E_covariance_(Eigen::MatrixXd::Zero(dimensions, dimensions)) {}

void LearningRate::observe(const Eigen::VectorXd& old_mean, double old_sigma,
                           const Eigen::MatrixXd& old_C, const Eigen::MatrixXd& inverse_root,
                           Eigen::VectorXd& mean, double& sigma, Eigen::MatrixXd& C) {
  const Eigen::VectorXd moved = mean - old_mean;
  const Eigen::VectorXd local = inverse_root * moved / old_sigma;
  E_mean_ = (1 - beta_mean) * E_mean_ + beta_mean * local;
  V_mean_ = (1 - beta_mean) * V_mean_ + beta_mean * local.squaredNorm();
  mean_signal_ = signal(E_mean_.squaredNorm(), V_mean_, beta_mean);
  if (!adapting_) {
    return;
  }
  const Eigen::MatrixXd old_covariance = old_sigma * old_sigma * old_C;
  const Eigen::MatrixXd grown = sigma * sigma * C - old_covariance;
  const Eigen::MatrixXd local_grown =
      inverse_root * grown * inverse_root / (old_sigma * old_sigma * std::sqrt(2.0));
  E_covariance_ = (1 - beta_covariance) * E_covariance_ + beta_covariance * local_grown;
  V_covariance_ =
      (1 - beta_covariance) * V_covariance_ + beta_covariance * local_grown.squaredNorm();
  const double covariance_signal =
      signal(E_covariance_.squaredNorm(), V_covariance_, beta_covariance);

  const double eta_before = eta_mean_;
  eta_mean_ = adapted(eta_mean_, mean_signal_, beta_mean);
  eta_covariance_ = adapted(eta_covariance_, covariance_signal, beta_covariance);

  mean = old_mean + eta_mean_ * moved;
  const Eigen::MatrixXd covariance = old_covariance + eta_covariance_ * grown;
  // sigma is the d-th root of the square root of the determinant: that of L's.
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  if (factor.info() == Eigen::Success) {
    double logarithm = 0;
    for (const double pivot : Eigen::VectorXd(factor.matrixLLT().diagonal())) {
      logarithm += portable_log(pivot);
    }
    sigma = portable_exp(logarithm / static_cast<double>(mean.size()));
    C = covariance / (sigma * sigma);
  }
  // (22): a smaller share wants longer steps.
  sigma *= eta_before / eta_mean_;
}

}  // namespace diwan::cmaes
