// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/course.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

#include "driver/core/ended_by.hpp"

namespace diwan {

double Course::seconds_since_first(Time time) const {
  return std::chrono::duration<double>(time - first_.value_or(time)).count();
}

void Course::take(const Record& record, const Experiment& experiment) {
  if (const auto* started = std::get_if<Started>(&record.event)) {
    first_ = first_.value_or(started->at);
    ++running_;
    starts_ += seconds_since_first(started->at);
  } else if (const auto* ended = std::get_if<Ended>(&record.event)) {
    end_run(*ended, experiment.trial(ended->run.trial));
  }
  if (const auto trial = ended_by(record, experiment)) {
    const Time time = experiment.trial(*trial).end.value_or(record.time);
    const double live = running_ * seconds_since_first(time) - starts_;
    milestones_.push_back(
        {.trial = *trial,
         .seconds = std::chrono::duration<double>(experiment.worked(record.time)).count(),
         .trial_seconds = spent_ + std::max(live, 0.0)});
  }
}

void Course::end_run(const Ended& ended, const Trial& trial) {
  if (!trial.run_start) {
    return;  // it ended before it began to run
  }
  --running_;
  starts_ -= seconds_since_first(*trial.run_start);
  spent_ += std::max(std::chrono::duration<double>(ended.at - *trial.run_start).count(), 0.0);
}

}  // namespace diwan
