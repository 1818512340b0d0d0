// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/evolution.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include <Eigen/Eigenvalues>

#include "algorithms/space/elementary.hpp"

namespace diwan::cmaes {
namespace {

constexpr double epsilon = 1e-8;
constexpr double largest_sigma = 1e32;

}  // namespace

Evolution::Evolution(Gaussian start, std::size_t population)
    : rates_(static_cast<std::size_t>(start.mean.size()), population),
      state_(std::move(start)),
      first_sigma_(state_.sigma),
      sigma_path_(Eigen::VectorXd::Zero(state_.mean.size())),
      path_(sigma_path_),
      learning_rate_(state_.mean.size()) {
  decompose();
}

void Evolution::decompose() {
  Eigen::MatrixXd& C = state_.covariance;
  C = ((C + C.transpose()) / 2).eval();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(C);
  const Eigen::MatrixXd& B = solver.eigenvectors();
  Eigen::VectorXd squares = solver.eigenvalues();
  if (!(squares.minCoeff() > 0)) {
    // Rounding alone can bring this about; a thin axis is better than none.
    squares = squares.unaryExpr([](double square) { return square > 0 ? square : epsilon; });
    C = B * squares.asDiagonal() * B.transpose();
  }
  deviations_ = squares.cwiseSqrt();
  root_ = B * deviations_.asDiagonal() * B.transpose();
  inverse_root_ = B * deviations_.cwiseInverse().asDiagonal() * B.transpose();
  decomposed_ = generation_;
}

void Evolution::update(const Eigen::MatrixXd& points) {
  assert(points.rows() == state_.mean.size() && points.cols() == rates_.weights.size());
  ++generation_;
  const auto d = static_cast<double>(state_.mean.size());
  const auto mu = static_cast<Eigen::Index>(rates_.parents);
  const auto& [parents, weights, mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, chi, eigen_gap] = rates_;
  const Gaussian before = state_;
  Eigen::MatrixXd& C = state_.covariance;

  // (38) to (42): selection and recombination
  const Eigen::MatrixXd y = (points.colwise() - before.mean) / before.sigma;
  const Eigen::VectorXd y_w = y.leftCols(mu) * weights.head(mu);
  state_.mean += before.sigma * y_w;

  // (43), (44): step size
  sigma_path_ = (1 - c_sigma) * sigma_path_ +
                std::sqrt(c_sigma * (2 - c_sigma) * mu_eff) * (inverse_root_ * y_w);
  const double length = sigma_path_.norm();
  state_.sigma *= portable_exp(c_sigma / d_sigma * (length / chi - 1));
  state_.sigma = std::min(state_.sigma, largest_sigma);

  // (45) to (47): covariance
  const double unbiased =
      std::sqrt(1 - std::pow(1 - c_sigma, 2 * static_cast<double>(generation_ + 1)));
  const bool h_sigma = length / unbiased < (1.4 + 2 / (d + 1)) * chi;
  path_ = (1 - c_c) * path_ + (h_sigma ? std::sqrt(c_c * (2 - c_c) * mu_eff) : 0) * y_w;
  Eigen::VectorXd w = weights;
  for (Eigen::Index i = 0; i < w.size(); ++i) {
    if (w[i] < 0) {
      w[i] *= d / ((inverse_root_ * y.col(i)).squaredNorm() + epsilon);
    }
  }
  const double delta = h_sigma ? 0 : c_c * (2 - c_c);
  C = (1 + c_1 * delta - c_1 - c_mu * weights.sum()) * before.covariance +
      c_1 * path_ * path_.transpose() + c_mu * y * w.asDiagonal() * y.transpose();

  learning_rate_.observe(before.mean, before.sigma, before.covariance, inverse_root_, state_.mean,
                         state_.sigma, C);
  if (generation_ >= decomposed_ + eigen_gap || learning_rate_.adapting()) {
    decompose();
  }
}

void Evolution::adapt_learning_rate() { learning_rate_.adapt(); }

bool Evolution::stuck() const {
  const Eigen::ArrayXd deviations = state_.sigma * state_.covariance.diagonal().array().sqrt();
  const double least = 1e-12 * first_sigma_;
  const bool thin =
      (deviations < least).all() && (state_.sigma * path_.array().abs() < least).all();
  const bool absorbed = (state_.mean.array() == state_.mean.array() + 0.2 * deviations).any();
  const double longest = deviations_[deviations_.size() - 1];
  return thin || absorbed || !(state_.sigma * longest <= 1e4) || longest > 1e7 * deviations_[0];
}

}  // namespace diwan::cmaes
