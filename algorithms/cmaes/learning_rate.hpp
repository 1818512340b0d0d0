// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <Eigen/Core>

namespace diwan::cmaes {

/// Learning rate adaptation [Nomura, Akimoto, Ono 2023, CMA-ES with learning rate adaptation,
/// arXiv:2304.03473, algorithm 1]: the mean and the covariance move by such shares of their update
/// that the signal-to-noise ratio of the update stays constant. Its letters: E and V, running means
/// of the update and of its squared length, in coordinates in which the distribution is standard
/// normal; eta, the shares.
///
/// The ratios are estimated from the first generation on; what is done with them waits for adapt().
class LearningRate {
 public:
  explicit LearningRate(Eigen::Index dimensions);

  void adapt() { adapting_ = true; }
  bool adapting() const { return adapting_; }
  /// Estimated signal-to-noise ratio of the mean's update; below 0 there is no signal to be seen.
  double mean_signal() const { return mean_signal_; }
  double mean_share() const { return eta_mean_; }
  double covariance_share() const { return eta_covariance_; }

  /// Takes note of an update from (mean, sigma, C), where `inverse_root` is C^-1/2, and when
  /// adapting takes part of it back.
  void observe(const Eigen::VectorXd& old_mean, double old_sigma, const Eigen::MatrixXd& old_C,
               const Eigen::MatrixXd& inverse_root, Eigen::VectorXd& mean, double& sigma,
               Eigen::MatrixXd& C);

 private:
  bool adapting_ = false;
  Eigen::VectorXd E_mean_;
  Eigen::MatrixXd E_covariance_;
  double V_mean_ = 0;
  double V_covariance_ = 0;
  double mean_signal_ = 0;
  double eta_mean_ = 1;
  double eta_covariance_ = 1;
};

}  // namespace diwan::cmaes
