// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/parzen.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

#include "algorithms/space/elementary.hpp"
#include "algorithms/tpe/kernels.hpp"

namespace diwan {
namespace {

constexpr double root_two_pi = 2.5066282746310002;

}  // namespace

NumericParzen::NumericParzen(const Axis& axis, const ParzenOptions& options)
    : line_(axis, options),
      prior_weight_(options.prior_weight),
      prior_scale_(scale(line_.prior_centre(), 1 / line_.prior_deviation(), 1)) {}

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
  least_ = line_.least_deviation(centre_.size());
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

double NumericParzen::deviation(std::size_t i) const {
  const bool last = i + 1 == centre_.size();
  return line_.deviation(centre_[i],
                         {.left = i == 0 ? std::nullopt : std::optional(centre_[i - 1]),
                          .right = last ? std::nullopt : std::optional(centre_[i + 1])},
                         least_);
}

double NumericParzen::scale(double centre, double inverse, double weight) const {
  const double mass = line_.span(centre, inverse).mass();
  return line_.cells() ? weight / mass : weight * inverse / (mass * root_two_pi);
}

void NumericParzen::refresh(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    inverse_[i] = 1 / deviation(i);
    scale_[i] = scale(centre_[i], inverse_[i], weight_[i]);
  }
  merged_is_old_ = true;
}

void NumericParzen::clip() {
  if (const double least = line_.least_deviation(centre_.size()); least != least_) {
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
  assert(!line_.cells());
  const double z = (position - line_.prior_centre()) / line_.prior_deviation();
  const double prior = prior_weight_ * prior_scale_ * portable_exp(-0.5 * z * z);
  const double observed =
      gauss_sum(position, {.centre = centre_, .inverse = inverse_, .scale = scale_});
  return portable_log((observed + prior) / (weights_ + prior_weight_));
}

double NumericParzen::log_mass(const Axis::Cell& cell) const {
  assert(line_.cells());
  // The prior is wide enough for a plain difference.
  const double prior = prior_weight_ * prior_scale_ *
                       (normal_cdf((cell.upper - line_.prior_centre()) / line_.prior_deviation()) -
                        normal_cdf((cell.lower - line_.prior_centre()) / line_.prior_deviation()));
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
  const double centre = observed ? centre_[i] : line_.prior_centre();
  const double inverse = observed ? inverse_[i] : 1 / line_.prior_deviation();
  return line_.sample(draw, centre, 1 / inverse, line_.span(centre, inverse));
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
