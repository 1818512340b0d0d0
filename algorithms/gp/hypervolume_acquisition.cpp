// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/hypervolume_acquisition.hpp"

#include <cassert>
#include <utility>

namespace diwan::gp {

using Index = Eigen::Index;

HypervolumeAcquisition::HypervolumeAcquisition(std::vector<const Posterior*> posteriors,
                                               HypervolumeImprovement improvement,
                                               HypervolumeImprovement rough)
    : posteriors_(std::move(posteriors)),
      improvement_(std::move(improvement)),
      rough_(std::move(rough)) {
  assert(posteriors_.size() == improvement_.objectives());
}

HypervolumeImprovement::Value HypervolumeAcquisition::at(
    const HypervolumeImprovement& improvement, const std::vector<Predictions>& predictions,
    Index row) {
  std::vector<double> means;
  std::vector<double> variances;
  for (const Predictions& one : predictions) {
    means.push_back(one.mean[row]);
    variances.push_back(one.variance[row]);
  }
  return improvement(means, variances);
}

Values HypervolumeAcquisition::values(const Rows& points) const {
  std::vector<Predictions> predictions;
  for (const Posterior* const posterior : posteriors_) {
    predictions.push_back(posterior->predict(points, false));
  }
  Values result(points.rows());
  for (Index row = 0; row < points.rows(); ++row) {
    result[row] = at(improvement_, predictions, row).value;
  }
  return result;
}

Values HypervolumeAcquisition::rough_values(const Rows& points) const {
  std::vector<Predictions> predictions;
  for (const Posterior* const posterior : posteriors_) {
    predictions.push_back(posterior->guess(points));
  }
  Values result(points.rows());
  for (Index row = 0; row < points.rows(); ++row) {
    result[row] = at(rough_, predictions, row).value;
  }
  return result;
}

Values HypervolumeAcquisition::values_and_gradients(const Rows& points, Rows& gradients) const {
  std::vector<Predictions> predictions;
  std::vector<Rows> weights;
  for (const Posterior* const posterior : posteriors_) {
    predictions.push_back(posterior->predict(points, true));
    weights.emplace_back(points.rows(), predictions.back().whitened.cols());
  }
  Values result(points.rows());
  for (Index row = 0; row < points.rows(); ++row) {
    const HypervolumeImprovement::Value here = at(improvement_, predictions, row);
    result[row] = here.value;
    // mean = v.e and variance = s - v.v
    for (std::size_t j = 0; j < posteriors_.size(); ++j) {
      weights[j].row(row) = here.by_mean[j] * posteriors_[j]->whitened_outputs().row(0) -
                            2 * here.by_variance[j] * predictions[j].whitened.row(row);
    }
  }
  gradients = Rows::Zero(points.rows(), points.cols());
  for (std::size_t j = 0; j < posteriors_.size(); ++j) {
    gradients += posteriors_[j]->gradients(points, predictions[j], weights[j]);
  }
  return result;
}

Values HypervolumeAcquisition::length_scales(Index dimensions) const {
  Values inverse_squares = Values::Zero(dimensions);
  for (const Posterior* const posterior : posteriors_) {
    const std::vector<double>& a = posterior->hyperparameters().inverse_squares;
    inverse_squares = inverse_squares.max(Eigen::Map<const Values>(a.data(), dimensions));
  }
  return inverse_squares.rsqrt();
}

double HypervolumeAcquisition::cost() const {
  double total = improvement_.cost();
  for (const Posterior* const posterior : posteriors_) {
    const auto n = static_cast<double>(posterior->size());
    const auto d = static_cast<double>(posterior->points().dimensions());
    total += n * n + n * (3 * d + 60);
  }
  return total;
}

}  // namespace diwan::gp
