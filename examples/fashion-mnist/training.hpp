// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include <Eigen/Core>

#include "dataset.hpp"
#include "network.hpp"

namespace fashion {

/// What is searched for, and how long and with which chance one training runs.
struct Settings {
  double learning_rate = 0.01;
  int batch_size = 32;
  int hidden_units = 128;
  double momentum = 0.9;
  double weight_decay = 1e-4;
  double dropout = 0.1;
  int epochs = 20;
  std::uint64_t seed = 1;
};

/// What an epoch came to.
struct EpochResult {
  double validation_accuracy = 0;
  double loss = 0;  ///< mean over the epoch's training pictures
  bool operator==(const EpochResult&) const = default;
};

/// Where a training stands: enough to go on as if it had not been interrupted. Random draws are
/// functions of seed, epoch and place, so that the place is the generator's whole state.
struct Progress {
  Weights weights;
  Weights velocity;
  std::vector<EpochResult> finished;  ///< one for each whole epoch
  int next_image = 0;                 ///< of the present epoch, in its order
  double loss_sum = 0;                ///< over the present epoch's pictures so far

  static Progress start(const Settings& settings);
};

/// Stochastic gradient descent with momentum on the cross-entropy:
///   v <- momentum v - learning_rate (gradient + weight_decay w),  w <- w + v;
/// biases do not decay.
class Training {
 public:
  Training(const Settings& settings, const Images& training, const Images& validation);

  /// Goes on to the end of all epochs, or to the next batch after `stop` became true.
  /// @param after_epoch  called after each epoch.
  /// @return  whether all epochs are done.
  bool run(Progress& progress, const std::atomic<bool>& stop,
           const std::function<void(const Progress&)>& after_epoch);

 private:
  void choose_order(int epoch);
  void gather_batch(int first, int count);
  void choose_kept(int epoch, int first, int count);
  void descend(Progress& progress) const;

  Settings settings_;
  const Images* training_;
  const Images* validation_;
  Network network_;
  std::vector<int> order_;
  Batch batch_;
  Eigen::MatrixXf kept_;
};

}  // namespace fashion
