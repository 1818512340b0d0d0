// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/categories.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "algorithms/space/elementary.hpp"

namespace diwan::cmaes {

std::vector<std::size_t> draw_choices(const Probabilities& probabilities, Draw& draw) {
  std::vector<std::size_t> chosen;
  chosen.reserve(probabilities.size());
  for (const Eigen::VectorXd& q : probabilities) {
    double rest = draw.uniform();
    Eigen::Index choice = 0;
    while (choice + 1 < q.size() && rest >= q[choice]) {
      rest -= q[choice];
      ++choice;
    }
    chosen.push_back(static_cast<std::size_t>(choice));
  }
  return chosen;
}

Categories::Categories(std::span<const std::size_t> choices, double margin) : margin_(margin) {
  Eigen::Index free = 0;
  for (const std::size_t count : choices) {
    const auto size = static_cast<Eigen::Index>(count);
    probabilities_.push_back(Eigen::VectorXd::Constant(size, 1 / static_cast<double>(count)));
    free += size - 1;
  }
  direction_ = Eigen::VectorXd::Zero(free);
}

void Categories::set(Probabilities probabilities) {
  probabilities_ = std::move(probabilities);
  keep_margin();
}

void Categories::keep_margin() {
  for (Eigen::VectorXd& q : probabilities_) {
    const double least = margin_ / static_cast<double>(q.size() - 1);
    q = q.cwiseMax(least);
    const double excess = q.sum() - 1;
    const double room = q.sum() - least * static_cast<double>(q.size());
    q -= (excess / room * (q.array() - least)).matrix();
    q /= q.sum();
  }
}

void Categories::update(std::span<const std::vector<std::size_t>> parents,
                        const Eigen::VectorXd& weights) {
  if (probabilities_.empty()) {
    return;
  }
  // Natural gradient: sum of w_i (c_i - q).
  Probabilities gradient;
  Eigen::VectorXd step(direction_.size());  // by the root of the Fisher matrix
  Eigen::Index at = 0;
  for (std::size_t k = 0; k < probabilities_.size(); ++k) {
    const Eigen::VectorXd& q = probabilities_[k];
    Eigen::VectorXd g = -weights.sum() * q;
    for (std::size_t i = 0; i < parents.size(); ++i) {
      g[static_cast<Eigen::Index>(parents[i][k])] += weights[static_cast<Eigen::Index>(i)];
    }
    const Eigen::Index free = q.size() - 1;
    const double last = q[free];
    const Eigen::ArrayXd root = q.head(free).array().sqrt();
    step.segment(at, free) =
        g.head(free).array() / root + root * g.head(free).sum() / (last + std::sqrt(last));
    at += free;
    gradient.push_back(std::move(g));
  }
  const double length = step.norm();
  if (!(length > 0)) {
    return;
  }
  for (std::size_t k = 0; k < probabilities_.size(); ++k) {
    probabilities_[k] += step_length_ / (length + 1e-8) * gradient[k];
  }
  step_length_ = 1 / trust_;
  const double beta =
      std::min(1.0, step_length_ / std::sqrt(static_cast<double>(direction_.size())));
  direction_ = (1 - beta) * direction_ + std::sqrt(beta * (2 - beta)) / length * step;
  expected_ = (1 - beta) * (1 - beta) * expected_ + beta * (2 - beta);
  constexpr double alpha = 1.5;
  trust_ *= portable_exp(beta * (expected_ - direction_.squaredNorm() / alpha));
  keep_margin();
}

}  // namespace diwan::cmaes
