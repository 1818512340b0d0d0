// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <vector>

#include "driver/core/experiment.hpp"

namespace diwan {

/// What had been spent when a trial ended.
struct Milestone {
  std::uint32_t trial = 0;   ///< that ended
  double seconds = 0;        ///< that the experiment had worked, without the time between owners
  double trial_seconds = 0;  ///< that runs had taken, all together, those still going included
  bool operator==(const Milestone&) const = default;
};

/// Follows an experiment from one end of a trial to the next.
class Course {
 public:
  /// Takes each record, after it was folded into the experiment.
  void take(const Record& record, const Experiment& experiment);
  /// In the order in which the trials ended.
  const std::vector<Milestone>& milestones() const { return milestones_; }

 private:
  double seconds_since_first(Time time) const;
  void end_run(const Ended& ended, const Trial& trial);

  std::vector<Milestone> milestones_;
  std::optional<Time> first_;  ///< start of the first run
  double spent_ = 0;           ///< seconds of runs that are over
  std::uint32_t running_ = 0;
  double starts_ = 0;  ///< sum of the starts of runs under way, in seconds since first_
};

}  // namespace diwan
