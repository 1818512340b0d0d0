// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "algorithms/gp/rows.hpp"

namespace diwan::gp {

/// ln h(z), h(z) = phi(z) + z Phi(z), and its derivative Phi(z) / h(z): exact to about 14 digits
/// for every z, however far in the tail [Ament et al. 2023, Unexpected improvements to expected
/// improvement for Bayesian optimization, eq. 9]. Deviation: below -5 the continued fraction of
/// Mills' ratio in place of erfcx.
struct LogH {
  double value = 0;
  double slope = 0;
};
LogH log_h(double z);

/// ln Phi(z) and its derivative phi(z) / Phi(z).
LogH log_normal_cdf(double z);

/// How promising a normal prediction is (greater is better), with derivatives.
struct Score {
  double value = 0;
  double by_mean = 0;
  double by_variance = 0;
};

/// ln E max(best - f, 0), f normal.
Score log_expected_improvement(double mean, double variance, double best);
/// ln P(f < best)
Score log_probability_of_improvement(double mean, double variance, double best);
/// kappa deviations below the mean, negated.
Score lower_confidence_bound(double mean, double variance, double kappa);

/// One of the three.
enum class Goal { expected_improvement, probability_of_improvement, lower_bound };
/// With 1.96 deviations for the lower bound; a probability of improvement by 0.01 at least, since
/// any improvement at all is likeliest next to the best point.
Score score(Goal goal, double mean, double variance, double best);

/// What an acquisition search maximises. Points are in model coordinates, one a row.
class Acquisition {
 public:
  Acquisition() = default;
  Acquisition(const Acquisition&) = delete;
  Acquisition(Acquisition&&) = delete;
  Acquisition& operator=(const Acquisition&) = delete;
  Acquisition& operator=(Acquisition&&) = delete;
  virtual ~Acquisition() = default;

  /// Greater is better.
  virtual Values values(const Rows& points) const = 0;
  /// Cheaply and roughly, to leave out the hopeless of many points.
  virtual Values rough_values(const Rows& points) const { return values(points); }
  virtual bool differentiable() const { return false; }
  /// values(), and their gradients by the ordered coordinates. @pre differentiable()
  virtual Values values_and_gradients(const Rows& points, Rows& gradients) const = 0;
  /// By how much a coordinate has to change to change much.
  virtual Values length_scales(Eigen::Index dimensions) const = 0;
  /// Operations that values() needs for a point, to bound the effort.
  virtual double cost() const = 0;
};

}  // namespace diwan::gp
