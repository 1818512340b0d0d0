// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "dataset.hpp"

namespace fashion {

/// All that is learnt; gradients and velocities have the same shape.
struct Weights {
  Eigen::MatrixXf hidden;       ///< hidden units × pixels
  Eigen::VectorXf hidden_bias;  ///< hidden units
  Eigen::MatrixXf output;       ///< classes × hidden units
  Eigen::VectorXf output_bias;  ///< classes

  static Weights zero(int hidden_units);
  /// He initialisation: normal with variance 2 / inputs; biases zero.
  static Weights random(int hidden_units, std::uint64_t seed);
};

/// Some pictures and what they show.
struct Batch {
  Eigen::MatrixXf pixels;  ///< pixels × n
  std::vector<std::uint8_t> labels;
};

/// A perceptron with one hidden layer of rectified units and a softmax over the classes.
///
/// Keeps its intermediate matrices from batch to batch, so that a step allocates nothing.
class Network {
 public:
  /// Mean cross-entropy of a batch, and its gradient into gradient().
  /// @param kept  hidden units × n: by what each hidden unit is multiplied (dropout: 0 or
  ///              1 / (1 - rate)); empty: by 1.
  double learn_from(const Batch& batch, const Weights& weights, const Eigen::MatrixXf& kept);
  const Weights& gradient() const { return gradient_; }

  /// Share of the pictures whose most probable class is theirs.
  static double accuracy(const Images& images, const Weights& weights);

 private:
  Eigen::MatrixXf hidden_;
  Eigen::MatrixXf output_;
  Eigen::MatrixXf hidden_gradient_;
  Weights gradient_;
};

}  // namespace fashion
