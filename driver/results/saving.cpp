// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/saving.hpp"

#include <algorithm>
#include <vector>

#include "driver/results/median.hpp"

namespace diwan {
SavingEstimate::SavingEstimate(const Experiment& experiment) {
  std::vector<double> seconds;
  std::vector<double> reports;
  for (const Trial& trial : experiment.trials()) {
    if (trial.status == TrialStatus::succeeded) {
      seconds.push_back(trial.seconds);
      reports.push_back(reports_of(trial));
    }
  }
  if (!seconds.empty()) {
    full_seconds_ = median(std::move(seconds));
    full_reports_ = median(std::move(reports));
  }
}

std::optional<double> SavingEstimate::seconds(const Trial& trial) const {
  if (trial.status != TrialStatus::early_stopped) {
    return 0;
  }
  if (!full_seconds_) {
    return std::nullopt;
  }
  const double reports = reports_of(trial);
  if (full_reports_ <= 1 || reports == 0) {
    return std::max(*full_seconds_ - trial.seconds, 0.0);
  }
  return std::max(full_reports_ - reports, 0.0) * trial.seconds / reports;
}

}  // namespace diwan
