// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/remaining.hpp"

#include <algorithm>
#include <vector>

#include "driver/results/median.hpp"

namespace diwan {

RemainingEstimate::RemainingEstimate(const Experiment& experiment)
    : resource_(experiment.rules().resource) {
  struct Seen {
    std::vector<double> seconds;
    std::vector<double> reports;
  };
  std::map<double, Seen> seen;
  for (const Trial& trial : experiment.trials()) {
    if (trial.status == TrialStatus::succeeded) {
      Seen& like = seen[resource_of(trial)];
      like.seconds.push_back(trial.seconds);
      like.reports.push_back(reports_of(trial));
    }
  }
  for (auto& [resource, like] : seen) {
    by_resource_[resource] = {median(std::move(like.seconds)), median(std::move(like.reports))};
  }
}

double RemainingEstimate::resource_of(const Trial& trial) const {
  return resource_ && *resource_ < trial.assignment.values.size()
             ? trial.assignment.values[*resource_]
             : 0;
}

std::optional<double> RemainingEstimate::seconds(const Trial& trial, double seconds) const {
  const auto like = by_resource_.find(resource_of(trial));
  if (like == by_resource_.end()) {
    return std::nullopt;
  }
  const auto& [full_seconds, full_reports] = like->second;
  const double reports = reports_of(trial);
  if (full_reports <= 1 || reports == 0) {
    return std::max(full_seconds - seconds, 0.0);
  }
  return std::max(full_reports - reports, 0.0) * seconds / reports;
}

}  // namespace diwan
