// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "algorithms/nas/architecture.hpp"
#include "algorithms/nas/rollout.hpp"
#include "algorithms/rng.hpp"

namespace diwan::nas {

struct ControllerOptions {
  std::size_t hidden = 0;     ///< units of the LSTM
  Squash squash;              ///< of all logits
  double learning_rate = 0;   ///< of Adam
  double entropy_weight = 0;  ///< reward for the entropy of a decision
  double skip_target = 0;     ///< share of skip connections that is aimed at
  double skip_weight = 0;     ///< of the distance from it
};

/// An architecture to learn from: more of it where the advantage is positive, else less.
struct Lesson {
  const Architecture* architecture = nullptr;
  double advantage = 0;
  /// Log-probability of each of its decisions before this round of learning.
  const std::vector<double>* before = nullptr;
};

/// A distribution of architectures that learns from what they are worth: an LSTM and its training
/// by clipped policy gradients [Pham et al. 2018; Schulman et al. 2017, eq. 7].
class Controller {
 public:
  /// No ratio of a decision's probability after and before a round is rewarded beyond 1 +- this.
  static constexpr double clip = 0.2;

  Controller(const ArchitectureShape& shape, const ControllerOptions& options, std::uint64_t seed);

  /// @param sharpness  of its logits: 1, or less for more even chances
  Architecture sample(Draw& draw, double sharpness = 1) const;
  /// Of each decision, layer by layer, the operation before the skip bits.
  std::vector<std::vector<double>> log_probabilities(
      std::span<const Architecture* const> architectures) const;

  /// What a step of learning lessens: the mean over the lessons of
  ///   - sum over decisions of min(r A, clip(r, 1 - clip, 1 + clip) A), r the ratio, A the
  ///   advantage
  ///   - entropy_weight * sum of the entropies of the decisions
  ///   + skip_weight * mean over layers of the sum of KL(chance of a skip, skip_target).
  /// @param gradient  by weights(), added to unless null
  double loss(std::span<const Lesson> lessons, Eigen::VectorXd* gradient) const;
  /// One step of Adam.
  void learn(std::span<const Lesson> lessons);

  const Eigen::VectorXd& weights() const { return weights_; }
  void set_weights(const Eigen::VectorXd& weights) { weights_ = weights; }

 private:
  WeightParts<const double> parts() const {
    return {weights_.data(), static_cast<Eigen::Index>(options_.hidden), shape_};
  }

  ArchitectureShape shape_;
  ControllerOptions options_;
  Eigen::VectorXd weights_;
  Eigen::VectorXd mean_;    ///< of gradients, Adam's m
  Eigen::VectorXd square_;  ///< Adam's v
  std::uint64_t steps_ = 0;
};

}  // namespace diwan::nas
