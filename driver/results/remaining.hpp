// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <map>
#include <optional>

#include "driver/core/experiment.hpp"

namespace diwan {

/// Estimates how long running trials still take, from those that ended Succeeded.
class RemainingEstimate {
 public:
  explicit RemainingEstimate(const Experiment& experiment);

  /// Seconds, at its own pace up to the median number of reports of the objective; where trials
  /// report once, up to the median run time. 0 for one that is beyond that. Where the algorithm
  /// gives trials more or less of a resource, only those with the same amount count.
  /// @param seconds  that the trial has run, all attempts.
  /// @return nothing while no such trial has succeeded.
  std::optional<double> seconds(const Trial& trial, double seconds) const;

 private:
  struct Full {
    double seconds = 0;
    double reports = 0;
  };
  double resource_of(const Trial& trial) const;

  std::optional<std::size_t> resource_;
  std::map<double, Full> by_resource_;  ///< 0 where there is none
};

}  // namespace diwan
