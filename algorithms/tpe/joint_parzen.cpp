// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/joint_parzen.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

#include "algorithms/space/elementary.hpp"
#include "algorithms/tpe/log_kernels.hpp"

namespace diwan {
namespace {

constexpr double log_root_two_pi = 0.9189385332046728;

}  // namespace

NumericColumn::NumericColumn(const Axis& axis, const ParzenOptions& options)
    : axis_(axis),
      line_(axis, options),
      prior_span_(line_.span(line_.prior_centre(), 1 / line_.prior_deviation())),
      prior_log_scale_(log_scale(1 / line_.prior_deviation(), prior_span_)) {}

double NumericColumn::log_scale(double inverse, const KernelLine::Span& span) const {
  return line_.cells() ? -portable_log(span.mass())
                       : portable_log(inverse / span.mass()) - log_root_two_pi;
}

NumericColumn::Placed NumericColumn::place(double value) {
  const double centre = axis_.position(value);
  const auto at = std::lower_bound(
      sorted_.begin(), sorted_.end(), centre,
      [&](std::uint32_t kernel, double position) { return centre_[kernel] < position; });
  Placed placed{.kernel = 0, .rank = static_cast<std::size_t>(at - sorted_.begin())};
  if (at != sorted_.end() && centre_[*at] == centre) {
    placed.kernel = *at;
    ++uses_[placed.kernel];
    return placed;
  }
  placed.is_new = true;
  if (free_.empty()) {
    placed.kernel = static_cast<std::uint32_t>(centre_.size());
    centre_.push_back(centre);
    inverse_.push_back(1);
    log_scale_.push_back(0);
    span_.emplace_back();
    uses_.push_back(1);
  } else {
    placed.kernel = free_.back();
    free_.pop_back();
    centre_[placed.kernel] = centre;
    uses_[placed.kernel] = 1;
  }
  sorted_.insert(at, placed.kernel);
  return placed;
}

std::uint32_t NumericColumn::insert(double value, std::size_t observations) {
  const Placed placed = place(value);
  if (placed.is_new) {
    refresh(placed.rank == 0 ? 0 : placed.rank - 1, std::min(placed.rank + 2, sorted_.size()));
  }
  clip(observations);
  return placed.kernel;
}

std::vector<std::uint32_t> NumericColumn::fill(std::span<const double> values) {
  std::vector<std::uint32_t> kernels;
  kernels.reserve(values.size());
  for (const double value : values) {
    kernels.push_back(place(value).kernel);
  }
  clip(values.size());
  return kernels;
}

void NumericColumn::erase(std::uint32_t kernel, std::size_t observations) {
  if (--uses_[kernel] == 0) {
    const auto at = std::lower_bound(
        sorted_.begin(), sorted_.end(), centre_[kernel],
        [&](std::uint32_t other, double position) { return centre_[other] < position; });
    assert(at != sorted_.end() && *at == kernel);
    const auto i = static_cast<std::size_t>(at - sorted_.begin());
    sorted_.erase(at);
    free_.push_back(kernel);
    refresh(i == 0 ? 0 : i - 1, std::min(i + 1, sorted_.size()));
  }
  clip(observations);
}

void NumericColumn::refresh(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    const std::uint32_t kernel = sorted_[i];
    const KernelLine::Neighbours neighbours{
        .left = i == 0 ? std::nullopt : std::optional(centre_[sorted_[i - 1]]),
        .right = i + 1 == sorted_.size() ? std::nullopt : std::optional(centre_[sorted_[i + 1]])};
    inverse_[kernel] = 1 / line_.deviation(centre_[kernel], neighbours, least_);
    span_[kernel] = line_.span(centre_[kernel], inverse_[kernel]);
    log_scale_[kernel] = log_scale(inverse_[kernel], span_[kernel]);
  }
}

void NumericColumn::clip(std::size_t observations) {
  if (const double least = line_.least_deviation(observations); least != least_) {
    least_ = least;
    refresh(0, sorted_.size());
  }
}

void NumericColumn::add_logs(double value, std::span<const std::uint32_t> kernel_of,
                             std::span<double> terms) const {
  table_.resize(centre_.size());
  const LogKernels kernels{.centre = centre_, .inverse = inverse_, .log_scale = log_scale_};
  if (line_.cells()) {
    const Axis::Cell cell = axis_.cell(value);
    mass_logs(cell.lower, cell.upper, kernels, table_);
  } else {
    gauss_logs(axis_.position(value), kernels, table_);
  }
  add_looked_up(table_, kernel_of, terms);
}

double NumericColumn::log_prior(double value) const {
  const double centre = line_.prior_centre();
  const double inverse = 1 / line_.prior_deviation();
  const LogKernels prior{
      .centre = {&centre, 1}, .inverse = {&inverse, 1}, .log_scale = {&prior_log_scale_, 1}};
  double result = 0;
  if (line_.cells()) {
    const Axis::Cell cell = axis_.cell(value);
    mass_logs(cell.lower, cell.upper, prior, {&result, 1});
  } else {
    gauss_logs(axis_.position(value), prior, {&result, 1});
  }
  return result;
}

double NumericColumn::sample(std::uint32_t kernel, Draw& draw) const {
  return axis_.value(line_.sample(draw, centre_[kernel], 1 / inverse_[kernel], span_[kernel]));
}

double NumericColumn::sample_prior(Draw& draw) const {
  return axis_.value(
      line_.sample(draw, line_.prior_centre(), line_.prior_deviation(), prior_span_));
}

ChoiceColumn::ChoiceColumn(const Axis& axis, const ParzenOptions& options)
    : choices_(static_cast<std::size_t>(axis.count().value())), smoothing_(options.prior_weight) {}

void ChoiceColumn::smooth(std::size_t observations) {
  const double part = smoothing_ / (static_cast<double>(observations) + 1);
  own_ = 1 / (1 + static_cast<double>(choices_) * part);
  log_own_ = portable_log(own_ * (1 + part));
  log_other_ = portable_log(own_ * part);
}

std::uint32_t ChoiceColumn::insert(double value, std::size_t observations) {
  smooth(observations);
  return static_cast<std::uint32_t>(value);
}

std::vector<std::uint32_t> ChoiceColumn::fill(std::span<const double> values) {
  smooth(values.size());
  std::vector<std::uint32_t> kernels;
  kernels.reserve(values.size());
  for (const double value : values) {
    kernels.push_back(static_cast<std::uint32_t>(value));
  }
  return kernels;
}

void ChoiceColumn::erase(std::uint32_t /*kernel*/, std::size_t observations) {
  smooth(observations);
}

void ChoiceColumn::add_logs(double value, std::span<const std::uint32_t> kernel_of,
                            std::span<double> terms) const {
  add_chosen(static_cast<std::uint32_t>(value), log_own_, log_other_, kernel_of, terms);
}

double ChoiceColumn::log_prior(double /*value*/) const {
  return -portable_log(static_cast<double>(choices_));
}

double ChoiceColumn::sample(std::uint32_t kernel, Draw& draw) const {
  return draw.uniform() < own_ ? kernel : sample_prior(draw);
}

double ChoiceColumn::sample_prior(Draw& draw) const {
  return static_cast<double>(draw.below(choices_));
}

JointParzen::JointParzen(const std::vector<Axis>& axes, const ParzenOptions& options)
    : prior_weight_(options.prior_weight), kernel_of_(axes.size()) {
  columns_.reserve(axes.size());
  for (const Axis& axis : axes) {
    if (axis.ordered()) {
      columns_.emplace_back(NumericColumn(axis, options));
    } else {
      columns_.emplace_back(ChoiceColumn(axis, options));
    }
  }
}

void JointParzen::insert(std::span<const double> values, double weight) {
  weight_.push_back(weight);
  log_weight_.push_back(weight == 1 ? 0 : portable_log(weight));
  weights_ += weight;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    kernel_of_[c].push_back(
        std::visit([&](auto& column) { return column.insert(values[c], size()); }, columns_[c]));
  }
}

void JointParzen::erase(std::size_t kernel) {
  weights_ -= weight_[kernel];
  weight_[kernel] = weight_.back();
  weight_.pop_back();
  log_weight_[kernel] = log_weight_.back();
  log_weight_.pop_back();
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::vector<std::uint32_t>& of = kernel_of_[c];
    const std::uint32_t gone = of[kernel];
    of[kernel] = of.back();
    of.pop_back();
    std::visit([&](auto& column) { column.erase(gone, size()); }, columns_[c]);
  }
}

void JointParzen::fill(std::span<const double> values, std::span<const double> weights) {
  assert(size() == 0 && values.size() == weights.size() * columns_.size());
  weight_.assign(weights.begin(), weights.end());
  for (const double weight : weights) {
    log_weight_.push_back(portable_log(weight));
    weights_ += weight;
  }
  std::vector<double> column_values(size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    for (std::size_t i = 0; i < size(); ++i) {
      column_values[i] = values[i * columns_.size() + c];
    }
    kernel_of_[c] =
        std::visit([&](auto& column) { return column.fill(column_values); }, columns_[c]);
  }
}

double JointParzen::log_prior(std::span<const double> values) const {
  double sum = 0;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    sum += std::visit([&](const auto& column) { return column.log_prior(values[c]); }, columns_[c]);
  }
  return sum;
}

double JointParzen::log_density(std::span<const double> values, double log_prior) const {
  terms_.assign(log_weight_.begin(), log_weight_.end());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::visit([&](const auto& column) { column.add_logs(values[c], kernel_of_[c], terms_); },
               columns_[c]);
  }
  terms_.push_back(log_prior + portable_log(prior_weight_));
  return log_sum_exp(terms_) - portable_log(weights_ + prior_weight_);
}

void JointParzen::sample(Draw& draw, std::span<double> values) const {
  double share = draw.uniform() * (weights_ + prior_weight_);
  std::size_t i = 0;
  while (i < weight_.size() && share >= weight_[i]) {
    share -= weight_[i];
    ++i;
  }
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    values[c] = std::visit(
        [&](const auto& column) {
          return i < weight_.size() ? column.sample(kernel_of_[c][i], draw)
                                    : column.sample_prior(draw);
        },
        columns_[c]);
  }
}

}  // namespace diwan
