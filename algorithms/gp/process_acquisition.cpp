// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/process_acquisition.hpp"

#include <algorithm>
#include <utility>

#include "algorithms/space/elementary.hpp"

namespace diwan::gp {

using Index = Eigen::Index;

ProcessAcquisition::ProcessAcquisition(const Posterior& posterior, Options options)
    : posterior_(posterior), options_(std::move(options)) {
  const Index pending = options_.samples.cols();
  const Index samples = options_.samples.rows();
  thresholds_ = Values::Constant(samples, options_.best);
  if (samples == 0) {
    return;
  }
  // A pending point's own whitened covariances are the rows of L: mean and deviation of its output
  // given the points before it.
  Rows points(pending, static_cast<Index>(posterior.points().dimensions()));
  const Index observed = posterior.size() - pending;
  for (Index i = 0; i < pending; ++i) {
    const std::vector<double> point = posterior.points().at(observed + i);
    std::copy(point.begin(), point.end(), points.data() + i * points.cols());
  }
  const Predictions predictions = posterior.predict(points, false);
  for (Index i = 0; i < pending; ++i) {
    const auto l = predictions.whitened.row(i).segment(observed, pending);
    for (Index sample = 0; sample < samples; ++sample) {
      const double output =
          predictions.mean[i] + (l.head(i + 1) * options_.samples.row(sample).head(i + 1)).sum();
      thresholds_[sample] = std::min(thresholds_[sample], output);
    }
  }
}

Values ProcessAcquisition::length_scales(Index /*dimensions*/) const {
  const std::vector<double>& a = posterior_.hyperparameters().inverse_squares;
  return Eigen::Map<const Values>(a.data(), static_cast<Index>(a.size())).rsqrt();
}

double ProcessAcquisition::cost() const {
  const auto n = static_cast<double>(posterior_.size());
  const auto d = static_cast<double>(posterior_.points().dimensions());
  return n * n + n * (3 * d + 60) + 200 * static_cast<double>(1 + options_.samples.rows());
}

/// Expected logarithm of the cost.
double ProcessAcquisition::log_cost(const Predictions& predictions, Index row) const {
  if (options_.log_costs.size() == 0) {
    return 0;
  }
  return dot(predictions.whitened.data() + row * predictions.whitened.cols(),
             options_.log_costs.data(), posterior_.size());
}

ProcessAcquisition::Total ProcessAcquisition::mean_score(const Predictions& predictions, Index row,
                                                         bool weights) const {
  const Index pending = options_.samples.cols();
  const Index samples = options_.samples.rows();
  const double variance = predictions.variance[row];
  if (samples == 0) {
    return {.score = gp::score(options_.goal, predictions.mean[row], variance, options_.best),
            .pending_weights = {}};
  }
  const auto v = predictions.whitened.row(row).segment(posterior_.size() - pending, pending);
  std::vector<Score> scores(static_cast<std::size_t>(samples));
  double greatest = 0;
  for (Index i = 0; i < samples; ++i) {
    const double mean = predictions.mean[row] + (v * options_.samples.row(i)).sum();
    Score& one = scores[static_cast<std::size_t>(i)];
    one = gp::score(options_.goal, mean, variance, thresholds_[i]);
    greatest = i == 0 ? one.value : std::max(greatest, one.value);
  }
  // ln of the mean of the exponentials, and its derivatives.
  Total total{.score = {}, .pending_weights = Values::Zero(weights ? pending : 0)};
  double sum = 0;
  for (const Score& one : scores) {
    sum += portable_exp(one.value - greatest);
  }
  for (Index i = 0; i < samples; ++i) {
    const Score& one = scores[static_cast<std::size_t>(i)];
    const double share = portable_exp(one.value - greatest) / sum;
    total.score.by_mean += share * one.by_mean;
    total.score.by_variance += share * one.by_variance;
    if (weights) {
      total.pending_weights += share * one.by_mean * options_.samples.row(i).transpose();
    }
  }
  total.score.value = greatest + portable_log(sum / static_cast<double>(samples));
  return total;
}

Values ProcessAcquisition::values(const Rows& points) const {
  const Predictions predictions = posterior_.predict(points, false);
  Values result(points.rows());
  for (Index row = 0; row < points.rows(); ++row) {
    result[row] = mean_score(predictions, row, false).score.value - log_cost(predictions, row);
  }
  return result;
}

Values ProcessAcquisition::rough_values(const Rows& points) const {
  const Predictions predictions = posterior_.guess(points);
  Values result(points.rows());
  for (Index row = 0; row < points.rows(); ++row) {
    result[row] =
        gp::score(options_.goal, predictions.mean[row], predictions.variance[row], options_.best)
            .value;
  }
  return result;
}

Values ProcessAcquisition::values_and_gradients(const Rows& points, Rows& gradients) const {
  const Predictions predictions = posterior_.predict(points, true);
  const Index pending = options_.samples.cols();
  Values result(points.rows());
  Rows weights(points.rows(), predictions.whitened.cols());
  for (Index row = 0; row < points.rows(); ++row) {
    const Total total = mean_score(predictions, row, true);
    result[row] = total.score.value - log_cost(predictions, row);
    // mean = v.e and variance = s - v.v
    weights.row(row) = total.score.by_mean * posterior_.whitened_outputs().row(0) -
                       2 * total.score.by_variance * predictions.whitened.row(row);
    if (total.pending_weights.size() > 0) {
      weights.row(row).segment(posterior_.size() - pending, pending) +=
          total.pending_weights.transpose();
    }
    if (options_.log_costs.size() > 0) {
      weights.row(row) -= options_.log_costs.row(0);
    }
  }
  gradients = posterior_.gradients(points, predictions, weights);
  return result;
}

}  // namespace diwan::gp
