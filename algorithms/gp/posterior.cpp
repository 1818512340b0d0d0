// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/posterior.hpp"

#include <algorithm>
#include <cassert>

namespace diwan::gp {

using Index = Eigen::Index;

void Posterior::add(std::span<const std::vector<double>> points) {
  const Index known = size();
  const auto more = static_cast<Index>(points.size());
  if (more == 0) {
    return;
  }
  Rows k = Rows::Zero(more, padded(known + more));
  for (Index i = 0; i < more; ++i) {
    const std::vector<double>& point = points[static_cast<std::size_t>(i)];
    points_.add(point);
    double* const row = k.data() + i * k.cols();
    covariances(points_, known + i + 1, point, hyperparameters_, row, nullptr);
    row[known + i] = hyperparameters_.signal + hyperparameters_.noise;
  }
  factor_.grow(k);
  whitened_outputs_.conservativeResizeLike(Rows::Zero(1, padded(size())));
}

void Posterior::shrink(Index size) {
  points_.shrink(size);
  factor_.shrink(size);
  whitened_outputs_.conservativeResizeLike(Rows::Zero(1, padded(size)));
}

Rows Posterior::whitened(std::span<const double> y) const {
  assert(static_cast<Index>(y.size()) <= size());
  Rows right = Rows::Zero(1, padded(size()));
  std::copy(y.begin(), y.end(), right.data());
  Rows result = Rows::Zero(1, padded(size()));
  factor_.whiten(right, result);
  result.rightCols(result.cols() - static_cast<Index>(y.size())).setZero();
  return result;
}

void Posterior::observe(std::span<const double> y) {
  outputs_.assign(y.begin(), y.end());
  whitened_outputs_ = whitened(y);
  alpha_.setZero(1, padded(size()));
  factor_.unwhiten(whitened_outputs_, alpha_);
}

Values Posterior::fitted() const {
  const auto n = static_cast<Index>(outputs_.size());
  const Eigen::Map<const Values> y(outputs_.data(), n);
  return y - hyperparameters_.noise * alpha_.row(0).head(n).transpose();
}

Predictions Posterior::covariances_with(const Rows& points, bool slopes) const {
  const Index columns = padded(size());
  Predictions result;
  result.k.resize(points.rows(), columns);
  if (slopes) {
    result.slope.resize(points.rows(), columns);
  }
  for (Index row = 0; row < points.rows(); ++row) {
    covariances(points_, size(), row_of(points, row), hyperparameters_,
                result.k.data() + row * columns,
                slopes ? result.slope.data() + row * columns : nullptr);
  }
  result.mean.resize(points.rows());
  result.variance.resize(points.rows());
  return result;
}

Predictions Posterior::predict(const Rows& points, bool slopes) const {
  Predictions result = covariances_with(points, slopes);
  const double s = hyperparameters_.signal;
  result.whitened.resize(points.rows(), result.k.cols());
  factor_.whiten(result.k, result.whitened);
  for (Index row = 0; row < points.rows(); ++row) {
    const double* const v = result.whitened.data() + row * result.whitened.cols();
    result.mean[row] = dot(v, whitened_outputs_.data(), size());
    result.variance[row] = std::max(s - dot(v, v, size()), 1e-12 * s);
  }
  return result;
}

Predictions Posterior::guess(const Rows& points) const {
  Predictions result = covariances_with(points, false);
  const double s = hyperparameters_.signal;
  const auto observed = static_cast<Index>(outputs_.size());
  for (Index row = 0; row < points.rows(); ++row) {
    const double* const k = result.k.data() + row * result.k.cols();
    result.mean[row] = dot(k, alpha_.data(), observed);
    // k >= 0, and 0 for no point at all.
    const double nearest = size() == 0 ? 0 : *std::max_element(k, k + size());
    result.variance[row] =
        std::max(s - nearest * nearest / (s + hyperparameters_.noise), 1e-12 * s);
  }
  return result;
}

Rows Posterior::gradients(const Rows& points, const Predictions& predictions,
                          const Rows& weights) const {
  Rows result = Rows::Zero(points.rows(), points.cols());
  Rows by_k(points.rows(), padded(size()));
  // sum_i w_i v_i = (M^T w) . k, and dk_i/dx_d = slope_i 2 a_d (x_d - x_id)
  factor_.unwhiten(weights, by_k);
  for (Index row = 0; row < points.rows(); ++row) {
    double* const c = by_k.data() + row * by_k.cols();
    multiply(c, predictions.slope.data() + row * predictions.slope.cols(), c, size());
    for (std::size_t d = 0; d < points_.dimensions(); ++d) {
      if (points_.metric(d) == Metric::ordered) {
        const auto column = static_cast<Index>(d);
        result(row, column) =
            2 * hyperparameters_.inverse_squares[d] *
            weighted_differences(points_.coordinate(d), points(row, column), c, size());
      }
    }
  }
  return result;
}

}  // namespace diwan::gp
