// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>

#include <Eigen/Core>

namespace diwan::cmaes {

/// Candidates of a generation where nothing else is said: 4 + floor(3 ln d) [Hansen 2016, (48)].
std::size_t default_population(std::size_t dimensions);

/// Weights and learning rates [Hansen 2016, The CMA evolution strategy: a tutorial, table 1], with
/// its letters: d dimensions, lambda candidates, mu parents.
struct Rates {
  /// At least 2 candidates in at least 1 dimension.
  Rates(std::size_t dimensions, std::size_t population);

  std::size_t parents;      ///< mu
  Eigen::VectorXd weights;  ///< lambda: those of the parents add up to 1, the rest are negative
  double mu_eff;            ///< variance effective parents
  double c_sigma;
  double d_sigma;
  double c_c;
  double c_1;
  double c_mu;
  double chi;  ///< expected length of a standard normal vector
  /// Generations between two eigen decompositions, so that they cost no more than the updates.
  std::size_t eigen_gap;
};

}  // namespace diwan::cmaes
