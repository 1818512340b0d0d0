// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>

#include <Eigen/Core>

#include "algorithms/cmaes/learning_rate.hpp"
#include "algorithms/cmaes/rates.hpp"

namespace diwan::cmaes {

/// A normal distribution N(mean, sigma^2 covariance).
struct Gaussian {
  Eigen::VectorXd mean;
  double sigma = 0;
  Eigen::MatrixXd covariance;
};

/// The normal distribution of CMA-ES, moved by ranked candidates [Hansen 2016, The CMA evolution
/// strategy: a tutorial, arXiv:1604.00772, figure 6], negative weights included.
///
/// Deviation: candidates are m + sigma C^1/2 z with the symmetric root, which depends on no choice
/// of eigenvectors.
class Evolution {
 public:
  /// `start` has at least one dimension; `population` is at least 2.
  Evolution(Gaussian start, std::size_t population);

  std::size_t population() const { return static_cast<std::size_t>(rates_.weights.size()); }
  std::size_t generation() const { return generation_; }
  const Rates& rates() const { return rates_; }
  const Eigen::VectorXd& mean() const { return state_.mean; }
  double sigma() const { return state_.sigma; }
  const Eigen::MatrixXd& covariance() const { return state_.covariance; }
  const Eigen::MatrixXd& root() const { return root_; }  ///< C^1/2
  const Eigen::VectorXd& sigma_path() const { return sigma_path_; }
  const Eigen::VectorXd& path() const { return path_; }
  /// Mahalanobis length of a step from the mean.
  double length(const Eigen::VectorXd& step) const {
    return (inverse_root_ * step).norm() / state_.sigma;
  }

  /// Next generation. `points` is d x population, the best first.   O(d^3 + d^2 population).
  void update(const Eigen::MatrixXd& points);

  /// From now on the mean and the covariance move by adapted rates. [Nomura et al. 2023]
  void adapt_learning_rate();
  const LearningRate& learning_rate() const { return learning_rate_; }

  /// Puts the mean elsewhere: margin correction.
  void place(const Eigen::VectorXd& mean) { state_.mean = mean; }
  /// Makes all steps longer or shorter.
  void scale(double factor) { state_.sigma *= factor; }

  /// Can it move no further: deviations below 1e-12 of the first or no larger than the rounding of
  /// the mean, above 10^4, or axes 10^7 times as long as others? [Hansen 2016, B.3]
  bool stuck() const;

 private:
  void decompose();

  Rates rates_;
  Gaussian state_;
  double first_sigma_;
  Eigen::VectorXd sigma_path_;
  Eigen::VectorXd path_;
  std::size_t generation_ = 0;
  std::size_t decomposed_ = 0;    ///< generation of the three below
  Eigen::VectorXd deviations_;    ///< along the axes: D, ascending
  Eigen::MatrixXd root_;          ///< B D B^T
  Eigen::MatrixXd inverse_root_;  ///< B D^-1 B^T
  LearningRate learning_rate_;
};

}  // namespace diwan::cmaes
