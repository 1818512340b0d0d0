// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "algorithms/rng.hpp"

namespace diwan::cmaes {

/// Probabilities of the choices of each categorical parameter.
using Probabilities = std::vector<Eigen::VectorXd>;

/// A choice of each categorical, drawn by one uniform each.
std::vector<std::size_t> draw_choices(const Probabilities& probabilities, Draw& draw);

/// The categorical part of CatCMA [Hamano, Saito, Nomura, Uchida, Shirakawa 2024,
/// arXiv:2405.09962]: probabilities that follow the natural gradient of the ranked choices, with
/// the trust region of adaptive stochastic natural gradient [Akimoto et al. 2019, Adaptive
/// stochastic natural gradient method for one-shot neural architecture search], and never fall
/// below a margin.
class Categories {
 public:
  /// @param choices  of each categorical, at least 2.
  /// @param margin   probability that all but the likeliest choice keep together.
  Categories(std::span<const std::size_t> choices, double margin);

  const Probabilities& probabilities() const { return probabilities_; }
  /// Sets the probabilities, which are raised to the margin.
  void set(Probabilities probabilities);
  /// Moves them towards the choices of the parents, the best first, one weight each.
  void update(std::span<const std::vector<std::size_t>> parents, const Eigen::VectorXd& weights);

 private:
  void keep_margin();

  double margin_;
  Probabilities probabilities_;  ///< q
  Eigen::VectorXd direction_;    ///< s: what the gradients have in common
  double expected_ = 0;          ///< gamma: squared length of s without a signal
  double trust_ = 1;             ///< Delta
  double step_length_ = 1;       ///< delta: one over Delta before its last change
};

}  // namespace diwan::cmaes
