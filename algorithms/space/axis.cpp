// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/axis.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "algorithms/space/elementary.hpp"
#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

constexpr std::int64_t largest_whole = std::int64_t{1} << 53;

bool is_log(Distribution distribution) {
  return distribution == Distribution::log_uniform || distribution == Distribution::log_normal;
}

bool is_normal(Distribution distribution) {
  return distribution == Distribution::normal || distribution == Distribution::log_normal;
}

void check_bounds(double low, double high, Distribution distribution) {
  if (!std::isfinite(low) || !std::isfinite(high) || !std::isfinite(high - low)) {
    throw std::invalid_argument("bounds " + shortest(low) + " and " + shortest(high) +
                                " span no finite range; give finite bounds");
  }
  if (low > high) {
    throw std::invalid_argument("low (" + shortest(low) + ") is above high (" + shortest(high) +
                                "); swap them");
  }
  if (is_log(distribution) && low <= 0) {
    throw std::invalid_argument("a log distribution needs values above 0, low is " + shortest(low) +
                                "; raise it or use uniform");
  }
}

void check_step(double step) {
  if (!(step > 0) || !std::isfinite(step)) {
    throw std::invalid_argument("step (" + shortest(step) +
                                ") is not a positive number; give one or leave it out");
  }
}

}  // namespace

Axis::Axis(const Domain& domain) {
  std::visit([this](const auto& kind) { place(kind); }, domain);
}

void Axis::place(const Real& real) {
  check_bounds(real.low, real.high, real.distribution);
  low_ = real.low;
  high_ = real.high;
  if (real.step) {
    check_step(*real.step);
    kind_ = Kind::real_grid;
    grid_ = DecimalGrid(real.low, real.high, *real.step);
    count_ = grid_.count();
    high_ = grid_.at(count_ - 1);
    half_step_ = *real.step / 2;
  } else {
    count_ = real.low == real.high ? 1 : 0;
  }
  spread(real.distribution, real.low, real.high);
}

void Axis::place(const Integer& integer) {
  if (integer.low < -largest_whole || integer.high > largest_whole) {
    throw std::invalid_argument("bounds " + std::to_string(integer.low) + " and " +
                                std::to_string(integer.high) +
                                " do not lie within +-2^53; narrow them");
  }
  check_bounds(static_cast<double>(integer.low), static_cast<double>(integer.high),
               integer.distribution);
  if (integer.step <= 0) {
    throw std::invalid_argument("step (" + std::to_string(integer.step) +
                                ") is not a positive number; give one or leave it out");
  }
  kind_ = Kind::integer_grid;
  first_ = integer.low;
  stride_ = integer.step;
  count_ = static_cast<std::uint64_t>((integer.high - integer.low) / integer.step) + 1;
  low_ = static_cast<double>(integer.low);
  high_ = value_at(count_ - 1);
  half_step_ = static_cast<double>(integer.step) / 2;
  spread(integer.distribution, low_, static_cast<double>(integer.high));
}

void Axis::place(const Categorical& categorical) {
  if (categorical.choices.empty()) {
    throw std::invalid_argument("its list is empty; give at least one value");
  }
  kind_ = Kind::choice;
  count_ = categorical.choices.size();
  high_ = static_cast<double>(count_ - 1);
  half_step_ = 0.5;
  spread(Distribution::uniform, 0, high_);
}

void Axis::place(const Discrete& discrete) {
  if (discrete.values.empty()) {
    throw std::invalid_argument("its list is empty; give at least one value");
  }
  if (discrete.values.size() != discrete.texts.size()) {
    throw std::invalid_argument("it has " + std::to_string(discrete.values.size()) +
                                " values and " + std::to_string(discrete.texts.size()) +
                                " texts; give one text for each value");
  }
  for (const double value : discrete.values) {
    check_bounds(value, value, discrete.distribution);
  }
  kind_ = Kind::ranks;
  count_ = discrete.values.size();
  at_rank_.resize(count_);
  rank_of_.resize(count_);
  std::iota(at_rank_.begin(), at_rank_.end(), 0U);
  std::stable_sort(at_rank_.begin(), at_rank_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return discrete.values[a] < discrete.values[b];
  });
  for (std::uint32_t rank = 0; rank < at_rank_.size(); ++rank) {
    rank_of_[at_rank_[rank]] = rank;
  }
  high_ = static_cast<double>(count_ - 1);
  half_step_ = 0.5;
  // Ranks are the same in any monotone scale, so the log forms equal the plain ones.
  spread(is_normal(discrete.distribution) ? Distribution::normal : Distribution::uniform, 0, high_);
}

void Axis::spread(Distribution distribution, double low, double high) {
  logarithmic_ = is_log(distribution);
  double widened_low = low_ - half_step_;
  const double widened_high = high_ + half_step_;
  if (logarithmic_) {
    widened_low = std::max(widened_low, half_step_ > 0 ? low_ / 2 : low_);
  }
  const auto line = [this](double x) { return logarithmic_ ? portable_log(x) : x; };
  lower_ = line(widened_low);
  upper_ = line(widened_high);
  if (is_normal(distribution) && high > low) {
    normal_ = true;
    mean_ = (line(low) + line(high)) / 2;
    deviation_ = (line(high) - line(low)) / 6;
    mass_lower_ = normal_cdf((lower_ - mean_) / deviation_);
    mass_upper_ = normal_cdf((upper_ - mean_) / deviation_);
  }
}

std::optional<std::uint64_t> Axis::count() const {
  return count_ == 0 ? std::nullopt : std::optional(count_);
}

double Axis::position(double value) const {
  if (kind_ == Kind::ranks) {
    return rank_of_[static_cast<std::size_t>(value)];
  }
  return logarithmic_ ? portable_log(value) : value;
}

std::uint64_t Axis::nearest(double value) const {
  const double k = std::floor((value - low_) / (2 * half_step_) + 0.5);
  const auto last = static_cast<double>(count_ - 1);
  return static_cast<std::uint64_t>(std::clamp(k, 0.0, last));
}

double Axis::value(double position) const {
  const double x = logarithmic_ ? portable_exp(position) : position;
  switch (kind_) {
    case Kind::interval:
      break;
    case Kind::ranks:
      return at_rank_[nearest(x)];
    case Kind::real_grid:
    case Kind::integer_grid:
    case Kind::choice:
      return value_at(nearest(x));
  }
  // The ends themselves, although the logarithm's way back may miss them by an ulp.
  if (position <= lower_) {
    return low_;
  }
  if (position >= upper_) {
    return high_;
  }
  return std::clamp(x, low_, high_);
}

Axis::Cell Axis::cell(double value) const {
  const double at = kind_ == Kind::ranks ? rank_of_[static_cast<std::size_t>(value)] : value;
  const auto line = [this](double x) { return logarithmic_ ? portable_log(x) : x; };
  return {.lower = at <= low_ ? lower_ : line(at - half_step_),
          .upper = at >= high_ ? upper_ : line(at + half_step_)};
}

double Axis::share_below(double position) const {
  const double share = normal_ ? (normal_cdf((position - mean_) / deviation_) - mass_lower_) /
                                     (mass_upper_ - mass_lower_)
                               : (position - lower_) / (upper_ - lower_);
  return std::clamp(share, 0.0, 1.0);
}

double Axis::encode(double value) const {
  if (std::isnan(value) || !(upper_ > lower_)) {
    return 0.5;
  }
  return share_below(position(value));
}

double Axis::decode(double unit) const {
  const double u = std::clamp(unit, 0.0, 1.0);
  if (u == 0 || !(upper_ > lower_)) {
    return value(lower_);
  }
  if (u == 1) {
    return value(upper_);
  }
  if (normal_) {
    const double p = mass_lower_ + u * (mass_upper_ - mass_lower_);
    return value(mean_ + deviation_ * normal_quantile(p));
  }
  if (!logarithmic_ && count_ > 0 && kind_ != Kind::interval) {
    // The product alone rounds: equal cells whatever the size of the bounds.
    const auto k = static_cast<std::uint64_t>(u * static_cast<double>(count_));
    const std::uint64_t index = std::min(k, count_ - 1);
    return kind_ == Kind::ranks ? at_rank_[index] : value_at(index);
  }
  return value(lower_ + u * (upper_ - lower_));
}

double Axis::value_at(std::uint64_t index) const {
  switch (kind_) {
    case Kind::interval:
      return low_;
    case Kind::real_grid:
      return grid_.at(index);
    case Kind::integer_grid:
      return static_cast<double>(first_ + static_cast<std::int64_t>(index) * stride_);
    case Kind::ranks:
    case Kind::choice:
      break;
  }
  return static_cast<double>(index);
}

std::uint64_t Axis::index_of(double value) const {
  if (kind_ == Kind::interval) {
    return 0;
  }
  if (kind_ == Kind::integer_grid) {
    return static_cast<std::uint64_t>((static_cast<std::int64_t>(value) - first_) / stride_);
  }
  return nearest(value);
}

}  // namespace diwan
