// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <Eigen/Core>

#include "algorithms/cmaes/coding.hpp"
#include "algorithms/cmaes/evolution.hpp"

namespace diwan::cmaes {

/// CMA-ES with margin [Hamano, Saito, Nomura, Shirakawa 2022, arXiv:2205.13482, section 4]: a
/// stepped dimension never comes to rest, since the values beside that of the mean keep a
/// probability of at least `least` together. Candidates are m + A (x - m), where A is a diagonal
/// matrix and x is distributed as CMA-ES has it; CMA-ES learns from x.
class Margin {
 public:
  Margin(std::size_t dimensions, double least);

  const Eigen::VectorXd& scale() const { return scale_; }  ///< the diagonal of A
  /// Corrects A and the evolution's mean after an update.
  void correct(const Coding& coding, Evolution& evolution);

 private:
  double least_;  ///< alpha
  Eigen::VectorXd scale_;
};

}  // namespace diwan::cmaes
