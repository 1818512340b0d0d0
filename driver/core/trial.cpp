// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/trial.hpp"

#include <array>
#include <cmath>

namespace diwan {
namespace {

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

const char* to_string(TrialStatus status) {
  constexpr std::array<const char*, 7> names = {
      "Pending", "Running", "Succeeded", "Failed", "EarlyStopped", "MetricsUnavailable", "Killed"};
  return names[static_cast<std::size_t>(status)];
}

bool MetricSummary::operator==(const MetricSummary& other) const {
  return count == other.count && same(min, other.min) && same(max, other.max) &&
         same(latest, other.latest) && latest_text == other.latest_text &&
         latest_step == other.latest_step && latest_time == other.latest_time;
}

std::optional<double> value_by(Strategy strategy, const MetricSummary& summary) {
  const double value = strategy == Strategy::min   ? summary.min
                       : strategy == Strategy::max ? summary.max
                                                   : summary.latest;
  return summary.count > 0 && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace diwan
