// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/parzen.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "algorithms/space/elementary.hpp"

namespace diwan {
namespace {

constexpr double root_two_pi = 2.5066282746310002;

}  // namespace

NumericParzen::NumericParzen(const Axis& axis, const ParzenOptions& options)
    : lower_(axis.lower()),
      upper_(axis.upper()),
      prior_centre_(axis.normal() ? axis.mean() : 0.5 * (axis.lower() + axis.upper())),
      prior_deviation_(axis.normal() ? axis.deviation() : axis.width()),
      cells_(axis.count().has_value()),
      options_(options),
      prior_weight_(options.prior_weight),
      prior_scale_(scale(prior_centre_, 1 / prior_deviation_, 1)) {}

void NumericParzen::insert(double position, double weight) {
  auto at = std::lower_bound(centre_.begin(), centre_.end(), position) - centre_.begin();
  while (at < std::ssize(centre_) && centre_[static_cast<std::size_t>(at)] == position &&
         weight_[static_cast<std::size_t>(at)] < weight) {
    ++at;
  }
  centre_.insert(centre_.begin() + at, position);
  weight_.insert(weight_.begin() + at, weight);
  inverse_.insert(inverse_.begin() + at, 0);
  scale_.insert(scale_.begin() + at, 0);
  weights_ += weight;
  const auto i = static_cast<std::size_t>(at);
  refresh(i == 0 ? 0 : i - 1, std::min(i + 2, centre_.size()));
  clip();
}

void NumericParzen::fill(std::vector<Observation> observations) {
  assert(centre_.empty());
  std::sort(observations.begin(), observations.end());
  for (const Observation& observation : observations) {
    centre_.push_back(observation.position);
    weight_.push_back(observation.weight);
    weights_ += observation.weight;
  }
  inverse_.resize(centre_.size());
  scale_.resize(centre_.size());
  least_ = least_deviation();
  refresh(0, centre_.size());
}

void NumericParzen::erase(double position, double weight) {
  auto at = std::lower_bound(centre_.begin(), centre_.end(), position) - centre_.begin();
  while (weight_[static_cast<std::size_t>(at)] != weight) {
    ++at;
    assert(at < std::ssize(centre_) && centre_[static_cast<std::size_t>(at)] == position);
  }
  centre_.erase(centre_.begin() + at);
  weight_.erase(weight_.begin() + at);
  inverse_.erase(inverse_.begin() + at);
  scale_.erase(scale_.begin() + at);
  weights_ -= weight;
  const auto i = static_cast<std::size_t>(at);
  refresh(i == 0 ? 0 : i - 1, std::min(i + 1, centre_.size()));
  clip();
}

double NumericParzen::least_deviation() const {
  const double width = upper_ - lower_;
  const auto n = static_cast<double>(centre_.size());
  if (options_.floor == ParzenOptions::Floor::magic_clip) {
    return width / std::min(100.0, 2 + n);
  }
  return width * std::max(0.03, 1 / ((2 + n) * (2 + n)));
}

double NumericParzen::deviation(std::size_t i) const {
  const double x = centre_[i];
  const bool first = i == 0;
  const bool last = i + 1 == centre_.size();
  double left = first ? lower_ : centre_[i - 1];
  double right = last ? upper_ : centre_[i + 1];
  bool use_left = !first || options_.endpoints || last;
  bool use_right = !last || options_.endpoints || first;
  if (options_.prior_is_neighbour) {
    if (prior_centre_ < x && prior_centre_ > left) {
      left = prior_centre_;
      use_left = true;
    } else if (prior_centre_ > x && prior_centre_ < right) {
      right = prior_centre_;
      use_right = true;
    }
  }
  const double gap = std::max(use_left ? x - left : 0, use_right ? right - x : 0);
  return std::clamp(gap, least_, upper_ - lower_);
}

double NumericParzen::scale(double centre, double inverse, double weight) const {
  const double mass =
      normal_cdf((upper_ - centre) * inverse) - normal_cdf((lower_ - centre) * inverse);
  return cells_ ? weight / mass : weight * inverse / (mass * root_two_pi);
}

void NumericParzen::refresh(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    inverse_[i] = 1 / deviation(i);
    scale_[i] = scale(centre_[i], inverse_[i], weight_[i]);
  }
  merged_is_old_ = true;
}

void NumericParzen::clip() {
  if (const double least = least_deviation(); least != least_) {
    least_ = least;
    refresh(0, centre_.size());
  }
}

const NumericParzen::Merged& NumericParzen::merged() const {
  if (!merged_is_old_) {
    return merged_;
  }
  merged_.centre.clear();
  merged_.inverse.clear();
  merged_.scale.clear();
  for (std::size_t i = 0; i < centre_.size(); ++i) {
    if (!merged_.centre.empty() && merged_.centre.back() == centre_[i] &&
        merged_.inverse.back() == inverse_[i]) {
      merged_.scale.back() += scale_[i];
    } else {
      merged_.centre.push_back(centre_[i]);
      merged_.inverse.push_back(inverse_[i]);
      merged_.scale.push_back(scale_[i]);
    }
  }
  merged_is_old_ = false;
  return merged_;
}

double NumericParzen::log_density(double position) const {
  assert(!cells_);
  const double z = (position - prior_centre_) / prior_deviation_;
  const double prior = prior_weight_ * prior_scale_ * portable_exp(-0.5 * z * z);
  const double observed =
      gauss_sum(position, {.centre = centre_, .inverse = inverse_, .scale = scale_});
  return portable_log((observed + prior) / (weights_ + prior_weight_));
}

double NumericParzen::log_mass(const Axis::Cell& cell) const {
  assert(cells_);
  // The prior is wide enough for a plain difference.
  const double prior = prior_weight_ * prior_scale_ *
                       (normal_cdf((cell.upper - prior_centre_) / prior_deviation_) -
                        normal_cdf((cell.lower - prior_centre_) / prior_deviation_));
  const Merged& kernels = merged();
  const double observed =
      mass_sum(cell.lower, cell.upper,
               {.centre = kernels.centre, .inverse = kernels.inverse, .scale = kernels.scale});
  return portable_log((observed + prior) / (weights_ + prior_weight_));
}

double NumericParzen::sample(Draw& draw) const {
  double share = draw.uniform() * (weights_ + prior_weight_);
  std::size_t i = 0;
  while (i < weight_.size() && share >= weight_[i]) {
    share -= weight_[i];
    ++i;
  }
  const bool observed = i < weight_.size();
  const double centre = observed ? centre_[i] : prior_centre_;
  const double deviation = observed ? 1 / inverse_[i] : prior_deviation_;
  const double below = normal_cdf((lower_ - centre) / deviation);
  const double above = normal_cdf((upper_ - centre) / deviation);
  // Never 0 or 1, whose quantiles are infinite.
  const double p = std::clamp(below + draw.uniform() * (above - below), 1e-300, 1 - 0x1p-53);
  return std::clamp(centre + deviation * normal_quantile(p), lower_, upper_);
}

CategoricalParzen::CategoricalParzen(std::size_t choices, const ParzenOptions& options)
    : smoothing_(options.prior_weight),
      prior_weight_(options.prior_weight),
      weight_of_(choices, 0.0) {}

void CategoricalParzen::insert(double choice, double weight) {
  weight_of_[static_cast<std::size_t>(choice)] += weight;
  weights_ += weight;
  ++size_;
}

void CategoricalParzen::erase(double choice, double weight) {
  weight_of_[static_cast<std::size_t>(choice)] -= weight;
  weights_ -= weight;
  --size_;
}

double CategoricalParzen::mass(std::size_t choice) const {
  const auto choices = static_cast<double>(weight_of_.size());
  const double part = smoothing_ / (static_cast<double>(size_) + 1);
  const double observed = (weight_of_[choice] + weights_ * part) / (1 + choices * part);
  return (observed + prior_weight_ / choices) / (weights_ + prior_weight_);
}

double CategoricalParzen::log_mass(double choice) const {
  return portable_log(mass(static_cast<std::size_t>(choice)));
}

double CategoricalParzen::sample(Draw& draw) const {
  double share = draw.uniform();
  for (std::size_t i = 0; i + 1 < weight_of_.size(); ++i) {
    share -= mass(i);
    if (share < 0) {
      return static_cast<double>(i);
    }
  }
  return static_cast<double>(weight_of_.size() - 1);
}

}  // namespace diwan
