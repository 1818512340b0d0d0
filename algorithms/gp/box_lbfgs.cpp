// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/box_lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace diwan::gp {
namespace {

double inner(const Values& a, const Values& b) { return (a * b).sum(); }

}  // namespace

BoxLbfgs::BoxLbfgs(const Values& start, Values lower, Values upper, const BoxLbfgsOptions& options)
    : lower_(std::move(lower)),
      upper_(std::move(upper)),
      options_(options),
      at_(start.max(lower_).min(upper_)),
      trial_(at_) {}

void BoxLbfgs::tell(double value, const Values& gradient) {
  const bool finite = std::isfinite(value) && gradient.allFinite();
  if (!started_) {
    started_ = true;
    value_ = value;
    gradient_ = gradient;
    if (!finite) {
      done_ = true;
      return;
    }
    choose_direction();
    return;
  }
  const double slope = inner(gradient_, trial_ - at_);
  if (finite && value <= value_ + 1e-4 * std::min(slope, 0.0) && value < value_) {
    accept(value, gradient);
    return;
  }
  constexpr int most_shortenings = 10;
  if (++shortened_ > most_shortenings) {
    if (pairs_.empty()) {
      done_ = true;
      return;
    }
    pairs_.clear();  // the model misled: once more along the gradient
    choose_direction();
    return;
  }
  // Minimum of the parabola through both values and the slope, within bounds.
  double factor = 0.3;
  if (finite && slope < 0) {
    factor = std::clamp(-slope / (2 * (value - value_ - slope)), 0.1, 0.5);
  }
  length_ *= factor;
  place_trial();
}

void BoxLbfgs::accept(double value, const Values& gradient) {
  Pair pair{.step = trial_ - at_, .change = gradient - gradient_, .curvature = 0};
  pair.curvature = inner(pair.step, pair.change);
  if (pair.curvature > 1e-10 * inner(pair.change, pair.change)) {
    if (pairs_.size() == options_.memory) {
      pairs_.erase(pairs_.begin());
    }
    pairs_.push_back(std::move(pair));
  }
  const double fall = value_ - value;
  at_ = trial_;
  value_ = value;
  gradient_ = gradient;
  ++steps_;
  if (steps_ >= options_.most_steps ||
      fall <= options_.value_tolerance * std::max(1.0, std::abs(value))) {
    done_ = true;
    return;
  }
  choose_direction();
}

Values BoxLbfgs::free_part(const Values& vector) const { return vector * free_; }

void BoxLbfgs::choose_direction() {
  shortened_ = 0;
  free_ = Values::Ones(at_.size());
  for (Eigen::Index i = 0; i < at_.size(); ++i) {
    if ((at_[i] <= lower_[i] && gradient_[i] > 0) || (at_[i] >= upper_[i] && gradient_[i] < 0)) {
      free_[i] = 0;
    }
  }
  const Values g = free_part(gradient_);
  const double greatest = g.size() == 0 ? 0 : g.abs().maxCoeff();
  if (greatest <= options_.gradient_tolerance) {
    done_ = true;
    return;
  }
  Values q = g;
  std::vector<double> alphas(pairs_.size());
  for (std::size_t i = pairs_.size(); i-- > 0;) {
    alphas[i] = inner(free_part(pairs_[i].step), q) / pairs_[i].curvature;
    q -= alphas[i] * free_part(pairs_[i].change);
  }
  if (!pairs_.empty()) {
    const Pair& last = pairs_.back();
    q *= last.curvature / inner(last.change, last.change);
  }
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const double beta = inner(free_part(pairs_[i].change), q) / pairs_[i].curvature;
    q += (alphas[i] - beta) * free_part(pairs_[i].step);
  }
  direction_ = -q;
  length_ = 1;
  if (pairs_.empty() || !(inner(direction_, g) < 0)) {
    pairs_.clear();
    direction_ = -g;
    length_ = options_.first_length / greatest;
  }
  place_trial();
}

void BoxLbfgs::place_trial() {
  trial_ = (at_ + length_ * direction_).max(lower_).min(upper_);
  if ((trial_ == at_).all()) {
    done_ = true;
  }
}

}  // namespace diwan::gp
