// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "network.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace fashion {
namespace {

// Uniform in (0, 1]: the standard library's distributions differ between implementations.
double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11U) + 1.0) * 0x1p-53;
}

void fill_normal(Eigen::MatrixXf& matrix, double deviation, std::mt19937_64& random) {
  for (float& entry : matrix.reshaped()) {
    const double radius = std::sqrt(-2.0 * std::log(uniform(random)));  // Box and Muller
    const double angle = 2.0 * std::numbers::pi * uniform(random);
    entry = static_cast<float>(deviation * radius * std::cos(angle));
  }
}

// Scores become log-probabilities, column by column.
void apply_log_softmax(Eigen::MatrixXf& scores) {
  for (auto column : scores.colwise()) {
    column.array() -= column.maxCoeff();
    column.array() -= std::log(column.array().exp().sum());
  }
}

}  // namespace

Weights Weights::zero(int hidden_units) {
  return {.hidden = Eigen::MatrixXf::Zero(hidden_units, pixel_count),
          .hidden_bias = Eigen::VectorXf::Zero(hidden_units),
          .output = Eigen::MatrixXf::Zero(class_count, hidden_units),
          .output_bias = Eigen::VectorXf::Zero(class_count)};
}

Weights Weights::random(int hidden_units, std::uint64_t seed) {
  Weights weights = zero(hidden_units);
  std::mt19937_64 random(seed);
  fill_normal(weights.hidden, std::sqrt(2.0 / pixel_count), random);
  fill_normal(weights.output, std::sqrt(2.0 / hidden_units), random);
  return weights;
}

double Network::learn_from(const Batch& batch, const Weights& weights,
                           const Eigen::MatrixXf& kept) {
  const Eigen::Index count = batch.pixels.cols();
  // h = relu(W1 x + b1) * kept;  log p = log softmax(W2 h + b2)
  hidden_.noalias() = weights.hidden * batch.pixels;
  hidden_.colwise() += weights.hidden_bias;
  hidden_ = hidden_.cwiseMax(0.0F);
  if (kept.size() != 0) {
    hidden_.array() *= kept.array();
  }
  output_.noalias() = weights.output * hidden_;
  output_.colwise() += weights.output_bias;
  apply_log_softmax(output_);

  // L = -mean log p[label];  dL/d(scores) = (p - 1[label]) / n
  double loss = 0;
  for (Eigen::Index i = 0; i < count; ++i) {
    loss -= output_(batch.labels[static_cast<std::size_t>(i)], i);
  }
  output_ = output_.array().exp();
  for (Eigen::Index i = 0; i < count; ++i) {
    output_(batch.labels[static_cast<std::size_t>(i)], i) -= 1.0F;
  }
  output_ /= static_cast<float>(count);

  gradient_.output.noalias() = output_ * hidden_.transpose();
  gradient_.output_bias = output_.rowwise().sum();
  hidden_gradient_.noalias() = weights.output.transpose() * output_;
  if (kept.size() != 0) {
    hidden_gradient_.array() *= kept.array();
  }
  hidden_gradient_ = (hidden_.array() > 0.0F).select(hidden_gradient_, 0.0F);
  gradient_.hidden.noalias() = hidden_gradient_ * batch.pixels.transpose();
  gradient_.hidden_bias = hidden_gradient_.rowwise().sum();
  return loss / static_cast<double>(count);
}

double Network::accuracy(const Images& images, const Weights& weights) {
  constexpr Eigen::Index at_a_time = 500;  // stays in the cache
  Eigen::MatrixXf hidden;
  Eigen::MatrixXf output;
  std::size_t right = 0;
  for (Eigen::Index first = 0; first < images.pixels.cols(); first += at_a_time) {
    const Eigen::Index count = std::min(at_a_time, images.pixels.cols() - first);
    hidden.noalias() = weights.hidden * images.pixels.middleCols(first, count);
    hidden.colwise() += weights.hidden_bias;
    hidden = hidden.cwiseMax(0.0F);
    output.noalias() = weights.output * hidden;
    output.colwise() += weights.output_bias;
    for (Eigen::Index i = 0; i < count; ++i) {
      Eigen::Index likeliest = 0;
      output.col(i).maxCoeff(&likeliest);
      right += likeliest == images.labels[static_cast<std::size_t>(first + i)] ? 1 : 0;
    }
  }
  return static_cast<double>(right) / static_cast<double>(images.labels.size());
}

}  // namespace fashion
