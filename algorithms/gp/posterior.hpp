// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <span>
#include <vector>

#include "algorithms/gp/inverse_factor.hpp"
#include "algorithms/gp/kernel.hpp"

namespace diwan::gp {

/// What a posterior says of several points, one a row.
struct Predictions {
  Rows k;         ///< covariances with the points of the posterior
  Rows slope;     ///< dk/d(r^2), when wanted
  Rows whitened;  ///< M k
  Values mean;
  Values variance;  ///< of the function, without noise
};

/// Posterior of a Gaussian process of mean 0 [Rasmussen & Williams 2006, eq. 2.25 and 2.26], by the
/// inverse factor M of K + noise I: with v = M k and e = M y the mean is v.e and the variance
/// s - v.v, which is never far below 0 and raised to 1e-12 s.
class Posterior {
 public:
  Posterior(std::vector<Metric> metrics, Hyperparameters hyperparameters)
      : points_(std::move(metrics)), hyperparameters_(std::move(hyperparameters)) {}

  Eigen::Index size() const { return points_.size(); }
  const Points& points() const { return points_; }
  const Hyperparameters& hyperparameters() const { return hyperparameters_; }

  /// Adds points in O(n^2) each. Their outputs are the posterior means until observe() says else,
  /// so that they narrow the variance and leave the mean: kriging believers.
  void add(std::span<const std::vector<double>> points);
  void shrink(Eigen::Index size);
  /// Outputs of the first y.size() points.
  void observe(std::span<const double> y);

  /// M y for outputs of the first points, 0 for those after them; padded(size()) entries.
  Rows whitened(std::span<const double> y) const;
  /// M y of the observed points, 0 for those after them; padded(size()) entries.
  const Rows& whitened_outputs() const { return whitened_outputs_; }
  /// Posterior means at the observed points themselves: y - noise K^-1 y.
  Values fitted() const;

  /// O(size^2) a point.
  Predictions predict(const Rows& points, bool slopes) const;
  /// Quickly and roughly, in O(size) a point: the mean of the observed, and as variance the least
  /// that any single point leaves, which is not below that of all of them.
  Predictions guess(const Rows& points) const;
  /// d/dx of sum_i weights(row, i) v_i(x) at each predicted point; 0 for unordered dimensions.
  Rows gradients(const Rows& points, const Predictions& predictions, const Rows& weights) const;

 private:
  Predictions covariances_with(const Rows& points, bool slopes) const;

  Points points_;
  Hyperparameters hyperparameters_;
  InverseFactor factor_;
  std::vector<double> outputs_;
  Rows whitened_outputs_;
  Rows alpha_;  ///< K^-1 y of the observed
};

}  // namespace diwan::gp
