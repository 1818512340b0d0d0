// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "algorithms/gp/acquisition.hpp"
#include "algorithms/gp/hypervolume_improvement.hpp"
#include "algorithms/gp/posterior.hpp"

namespace diwan::gp {

/// Acquisition of several objectives, each with a Gaussian process of its own: the logarithm of the
/// expected hypervolume improvement.
class HypervolumeAcquisition : public Acquisition {
 public:
  /// The posteriors are kept by reference, one an objective.
  /// @param rough  of rough_values(): over fewer boxes.
  HypervolumeAcquisition(std::vector<const Posterior*> posteriors,
                         HypervolumeImprovement improvement, HypervolumeImprovement rough);

  Values values(const Rows& points) const override;
  Values rough_values(const Rows& points) const override;
  bool differentiable() const override { return true; }
  Values values_and_gradients(const Rows& points, Rows& gradients) const override;
  /// The least of all objectives'.
  Values length_scales(Eigen::Index dimensions) const override;
  double cost() const override;

 private:
  /// At the point in row `row` of the predictions, of which there is one an objective.
  static HypervolumeImprovement::Value at(const HypervolumeImprovement& improvement,
                                          const std::vector<Predictions>& predictions,
                                          Eigen::Index row);

  std::vector<const Posterior*> posteriors_;
  HypervolumeImprovement improvement_;
  HypervolumeImprovement rough_;
};

}  // namespace diwan::gp
