// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <span>

#include "algorithms/gp/inverse_factor.hpp"
#include "algorithms/gp/kernel.hpp"

namespace diwan::gp {

/// Negative log posterior density of the hyperparameters of a Gaussian process of mean 0, up to a
/// constant: marginal likelihood [Rasmussen & Williams 2006, eq. 5.8 and 5.9] and priors.
///
/// Length scales are log-normal with their location growing with the square root of the dimension
/// [Hvarfner et al. 2024, Vanilla Bayesian optimization performs great in high dimensions]; the
/// variance of the function is Gamma(2, 1), that of the noise Gamma(1.1, 30), as outputs are
/// standardised.
class LogPosterior {
 public:
  /// Both are kept by reference.
  LogPosterior(const Points& points, std::span<const double> outputs);

  /// At theta = (ln a_1 .. ln a_d, ln s, ln noise), with its gradient.  O(n^3 + n^2 d).
  double operator()(const Values& theta, Values& gradient);

 private:
  void add_likelihood_gradient(const Hyperparameters& at, const Rows& alpha, Values& gradient);

  const Points& points_;
  std::span<const double> outputs_;
  InverseFactor factor_;
  Rows k_;
  Rows slope_;
  Rows inverse_;
};

Hyperparameters hyperparameters_of(const Values& theta);

/// The hyperparameters of greatest posterior density, by box_lbfgs from two fixed starts: a
/// function of points and outputs alone.
Hyperparameters fit(const Points& points, std::span<const double> outputs);

}  // namespace diwan::gp
