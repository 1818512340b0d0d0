// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>

#include "driver/core/experiment.hpp"

namespace diwan {

/// Estimates the run time that early stopping spared, from the trials that ran to their end.
class SavingEstimate {
 public:
  explicit SavingEstimate(const Experiment& experiment);

  /// Seconds that a trial would have run on: at its own pace up to the median number of reports of
  /// the objective that trials which ended Succeeded gave; where those give one alone, up to their
  /// median run time. 0 for a trial that was not stopped early; nothing while none succeeded.
  std::optional<double> seconds(const Trial& trial) const;

 private:
  std::optional<double> full_seconds_;
  double full_reports_ = 0;
};

}  // namespace diwan
