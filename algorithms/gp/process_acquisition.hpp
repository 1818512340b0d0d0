// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "algorithms/gp/acquisition.hpp"
#include "algorithms/gp/posterior.hpp"

namespace diwan::gp {

/// Acquisition of a Gaussian process, some of whose last points are pending.
///
/// Pending outputs are integrated over by samples: of each improvement the mean over the samples is
/// taken, the best output of a sample being the threshold in it [Snoek et al. 2012, sec. 3.2]. In
/// whitened coordinates a sample of the pending outputs is a vector of standard normals behind the
/// observed M y, and that is all it takes.
class ProcessAcquisition : public Acquisition {
 public:
  struct Options {
    Goal goal = Goal::expected_improvement;
    double best = 0;    ///< the output to be improved upon
    Rows samples = {};  ///< standard normals, a row a sample, a column a pending point; or none
    /// M times the logarithms of costs, whose posterior mean lowers the value; or none.
    Rows log_costs = {};
  };

  /// The posterior is kept by reference; its last samples.cols() points are pending.
  ProcessAcquisition(const Posterior& posterior, Options options);

  Values values(const Rows& points) const override;
  Values rough_values(const Rows& points) const override;
  bool differentiable() const override { return true; }
  Values values_and_gradients(const Rows& points, Rows& gradients) const override;
  Values length_scales(Eigen::Index dimensions) const override;
  double cost() const override;

 private:
  struct Total {
    Score score;
    Values pending_weights;  ///< d value / d (M y) of the pending points, beside by_mean
  };

  double log_cost(const Predictions& predictions, Eigen::Index row) const;
  Total mean_score(const Predictions& predictions, Eigen::Index row, bool weights) const;

  const Posterior& posterior_;
  Options options_;
  Values thresholds_;  ///< one a sample
};

}  // namespace diwan::gp
