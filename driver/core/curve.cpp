// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace diwan {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

template <typename Stairs>
auto first_from(Stairs& stairs, std::int64_t step) {
  return std::lower_bound(stairs.begin(), stairs.end(), step,
                          [](const auto& stair, std::int64_t at) { return stair.step < at; });
}

/// Steps may come in any order: a value is a stair where it beats all before it, and removes those
/// after it that it beats.
template <typename Stairs, typename Better>
void climb(Stairs& stairs, std::int64_t step, double value, Better better) {
  if (stairs.empty() || stairs.back().step < step) {
    if (stairs.empty() || better(value, stairs.back().value)) {
      stairs.push_back({.step = step, .value = value});
    }
    return;
  }
  auto at = first_from(stairs, step);
  if (at != stairs.begin() && !better(value, std::prev(at)->value)) {
    return;
  }
  if (at->step == step && !better(value, at->value)) {
    return;
  }
  const auto beaten_end =
      std::find_if(at, stairs.end(), [&](const auto& stair) { return better(stair.value, value); });
  at = stairs.erase(at, beaten_end);
  stairs.insert(at, {.step = step, .value = value});
}

}  // namespace

void Curve::restart(MetricSummary& summary) {
  seen_ = {};
  count_ = 0;
  fresh_ = true;
  if (!own_steps_) {
    summary = {};
  }
}

void Curve::begin(const Observed& batch, MetricSummary& summary) {
  fresh_ = false;
  if (batch.own_steps && own_steps_) {
    lows_.erase(first_from(lows_, batch.steps.front()), lows_.end());
    highs_.erase(first_from(highs_, batch.steps.front()), highs_.end());
    summary.min = lows_.empty() ? none : lows_.back().value;
    summary.max = highs_.empty() ? none : highs_.back().value;
  } else {
    lows_.clear();
    highs_.clear();
    summary = {};
    summary.min = summary.max = none;
  }
  own_steps_ = batch.own_steps;
}

void Curve::take(std::int64_t step, double value, MetricSummary& summary) {
  if (!std::isfinite(value)) {
    return;
  }
  if (own_steps_) {
    climb(lows_, step, value, [](double a, double b) { return a < b; });
    climb(highs_, step, value, [](double a, double b) { return a > b; });
    summary.min = lows_.back().value;
    summary.max = highs_.back().value;
  } else {
    summary.min = std::isnan(summary.min) ? value : std::min(summary.min, value);
    summary.max = std::isnan(summary.max) ? value : std::max(summary.max, value);
  }
}

void Curve::take(const Observed& batch, MetricSummary& summary) {
  if (batch.values.empty()) {
    return;
  }
  if (fresh_) {
    begin(batch, summary);
  }
  for (std::size_t i = 0; i < batch.values.size(); ++i) {
    take(batch.steps[i], batch.values[i], summary);
  }
  const std::size_t last = batch.values.size() - 1;
  const auto text = batch.texts.find(static_cast<std::uint32_t>(last));
  summary.latest = batch.values[last];
  summary.latest_text = text == batch.texts.end() ? std::string() : text->second;
  summary.latest_step = batch.steps[last];
  summary.latest_time = batch.times[last];
  summary.count += batch.values.size();
  count_ += static_cast<std::int64_t>(batch.values.size());
  auto& seen = seen_[static_cast<std::size_t>(batch.source)];
  seen = std::max(seen, batch.first + batch.values.size());
}

}  // namespace diwan
