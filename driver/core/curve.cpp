// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace diwan {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void Curve::restart(MetricSummary& summary) {
  seen_ = {};
  count_ = 0;
  fresh_ = true;
  if (!own_steps_) {
    lows_.clear();
    highs_.clear();
    summary = {};
  }
}

void Curve::join(std::int64_t first_step, MetricSummary& summary) {
  const auto cut = [first_step](std::vector<Stair>& stairs) {
    const auto from =
        std::lower_bound(stairs.begin(), stairs.end(), first_step,
                         [](const Stair& stair, std::int64_t step) { return stair.step < step; });
    stairs.erase(from, stairs.end());
  };
  cut(lows_);
  cut(highs_);
  if (lows_.empty()) {
    summary.min = summary.max = none;
  } else {
    summary.min = lows_.back().value;
    summary.max = highs_.back().value;
  }
}

void Curve::climb(std::int64_t step, double value) {
  // Steps that go back within an attempt count where the curve has arrived.
  const std::int64_t here =
      lows_.empty() ? step : std::max({step, lows_.back().step, highs_.back().step});
  const auto improve = [here, value](std::vector<Stair>& stairs, bool better) {
    if (!better) {
      return;
    }
    if (!stairs.empty() && stairs.back().step == here) {
      stairs.back().value = value;
    } else {
      stairs.push_back({.step = here, .value = value});
    }
  };
  improve(lows_, lows_.empty() || value < lows_.back().value);
  improve(highs_, highs_.empty() || value > highs_.back().value);
}

void Curve::take(const Observed& batch, MetricSummary& summary) {
  if (batch.values.empty()) {
    return;
  }
  if (fresh_) {
    fresh_ = false;
    if (batch.own_steps && own_steps_) {
      join(batch.steps.front(), summary);
    } else {
      lows_.clear();
      highs_.clear();
      summary = {};
    }
    own_steps_ = batch.own_steps;
  }
  for (std::size_t i = 0; i < batch.values.size(); ++i) {
    const double value = batch.values[i];
    if (summary.count == 0) {
      summary.min = summary.max = none;
    }
    if (!std::isnan(value)) {
      summary.min = std::isnan(summary.min) ? value : std::min(summary.min, value);
      summary.max = std::isnan(summary.max) ? value : std::max(summary.max, value);
      if (own_steps_) {
        climb(batch.steps[i], value);
      }
    }
    ++summary.count;
  }
  const std::size_t last = batch.values.size() - 1;
  const auto text = batch.texts.find(static_cast<std::uint32_t>(last));
  summary.latest = batch.values[last];
  summary.latest_text = text == batch.texts.end() ? std::string() : text->second;
  summary.latest_step = batch.steps[last];
  summary.latest_time = batch.times[last];
  count_ += static_cast<std::int64_t>(batch.values.size());
  auto& seen = seen_[static_cast<std::size_t>(batch.source)];
  seen = std::max(seen, batch.first + batch.values.size());
}

}  // namespace diwan
