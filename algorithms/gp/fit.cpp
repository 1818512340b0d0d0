// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/fit.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "algorithms/gp/box_lbfgs.hpp"
#include "algorithms/space/elementary.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

constexpr double root2 = 1.4142135623730951;
constexpr double scale_variance = 3;  ///< of the logarithm of a length scale
constexpr double least_scale = 0.025;
constexpr double greatest_scale = 30;
constexpr double least_noise = 1e-6;

/// Location of the logarithm of a length scale: sqrt 2 + ln(d) / 2.
double scale_location(double dimensions) { return root2 + portable_log(dimensions) / 2; }

/// Adds the negative log density of the priors and its gradient.
double add_priors(const Hyperparameters& at, const Values& theta, Values& gradient) {
  const auto d = static_cast<Index>(at.inverse_squares.size());
  const double location = scale_location(static_cast<double>(d));
  double sum = 0;
  for (Index i = 0; i < d; ++i) {
    // ln l = -theta / 2, density of l: -ln l - (ln l - location)^2 / (2 variance)
    const double log_scale = -theta[i] / 2;
    const double off = log_scale - location;
    sum += log_scale + off * off / (2 * scale_variance);
    gradient[i] -= (1 + off / scale_variance) / 2;
  }
  sum -= theta[d] - at.signal;
  gradient[d] -= 1 - at.signal;
  sum -= 0.1 * theta[d + 1] - 30 * at.noise;
  gradient[d + 1] -= 0.1 - 30 * at.noise;
  return sum;
}

}  // namespace

Hyperparameters hyperparameters_of(const Values& theta) {
  const Index d = theta.size() - 2;
  Hyperparameters result;
  for (Index i = 0; i < d; ++i) {
    result.inverse_squares.push_back(portable_exp(theta[i]));
  }
  result.signal = portable_exp(theta[d]);
  result.noise = portable_exp(theta[d + 1]);
  return result;
}

LogPosterior::LogPosterior(const Points& points, std::span<const double> outputs)
    : points_(points), outputs_(outputs) {
  const Index n = points.size();
  k_.setZero(n, padded(n));
  slope_.setZero(n, padded(n));
  inverse_.setZero(n, padded(n));
}

double LogPosterior::operator()(const Values& theta, Values& gradient) {
  const Hyperparameters at = hyperparameters_of(theta);
  const Index n = points_.size();
  for (Index i = 0; i < n; ++i) {
    double* const row = k_.data() + i * k_.cols();
    covariances(points_, i + 1, points_.at(i), at, row, slope_.data() + i * slope_.cols());
    row[i] = at.signal + at.noise;
  }
  factor_.clear();
  factor_.grow(k_);
  Rows y = Rows::Zero(1, padded(n));
  std::copy(outputs_.begin(), outputs_.end(), y.data());
  Rows whitened(1, padded(n));
  Rows alpha(1, padded(n));
  factor_.whiten(y, whitened);
  factor_.unwhiten(whitened, alpha);
  gradient = Values::Zero(theta.size());
  add_likelihood_gradient(at, alpha, gradient);
  // -ln p(y) = y^T K^-1 y / 2 + ln det L + constant
  const double fit = dot(whitened.data(), whitened.data(), n) / 2;
  return fit + factor_.log_determinant() + add_priors(at, theta, gradient);
}

void LogPosterior::add_likelihood_gradient(const Hyperparameters& at, const Rows& alpha,
                                           Values& gradient) {
  const Index n = points_.size();
  const auto d = static_cast<Index>(at.inverse_squares.size());
  factor_.inverse(inverse_);
  // d(-ln p) / d theta = tr((K^-1 - alpha alpha^T) dK/d theta) / 2, both triangles in one.
  for (Index i = 0; i < n; ++i) {
    double* const q = inverse_.data() + i * inverse_.cols();
    const double* const k = k_.data() + i * k_.cols();
    for (Index j = 0; j <= i; ++j) {
      q[j] -= alpha(0, i) * alpha(0, j);
    }
    gradient[d] += dot(q, k, i) + q[i] * at.signal / 2;
    gradient[d + 1] += q[i] * at.noise / 2;
    multiply(q, slope_.data() + i * slope_.cols(), q, i);
    for (Index c = 0; c < d; ++c) {
      const auto dimension = static_cast<std::size_t>(c);
      const double* const x = points_.coordinate(dimension);
      gradient[c] += at.inverse_squares[dimension] *
                     weighted_squares(x, x[i], points_.metric(dimension), q, i);
    }
  }
}

Hyperparameters fit(const Points& points, std::span<const double> outputs) {
  const auto d = static_cast<Index>(points.dimensions());
  const BoxLbfgsOptions options{.memory = 8,
                                .most_steps = 60,
                                .gradient_tolerance = 1e-2,
                                .value_tolerance = 1e-5,
                                .first_length = 0.5};
  Values lower = Values::Constant(d + 2, -2 * portable_log(greatest_scale));
  Values upper = Values::Constant(d + 2, -2 * portable_log(least_scale));
  lower[d] = portable_log(1e-3);
  upper[d] = portable_log(1e3);
  lower[d + 1] = portable_log(least_noise);
  upper[d + 1] = portable_log(1.0);
  LogPosterior density(points, outputs);
  std::optional<BoxLbfgs> best;
  struct Start {
    double scale;
    double noise;
  };
  for (const Start& from : {Start{0.6, 1e-4}, Start{1.5, 0.1}}) {
    Values start = Values::Constant(d + 2, -2 * portable_log(from.scale));
    start[d] = 0;
    start[d + 1] = portable_log(from.noise);
    BoxLbfgs search(start, lower, upper, options);
    Values gradient;
    while (!search.done()) {
      const double value = density(search.trial(), gradient);
      search.tell(value, gradient);
    }
    if (!best || search.value() < best->value()) {
      best = search;
    }
  }
  return hyperparameters_of(best->best());
}

}  // namespace diwan::gp
