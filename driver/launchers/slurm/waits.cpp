// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/waits.hpp"

#include <utility>

#include "driver/core/waits_by_reason.hpp"
#include "driver/launchers/slurm/verdict.hpp"

namespace diwan::slurm {
namespace {

/// Slurm's word for why a task of this job waits, and what to do where it does not go away.
std::string why_not_started(const JobTask& seen) {
  const std::string hint = advice(seen.reason);
  return "Slurm has not started job " + std::to_string(seen.array) + ": " +
         (seen.reason.empty() ? "it gives no reason yet" : seen.reason) +
         (hint.empty() ? "" : ", " + hint);
}

std::string why_not_begun(const TaskLink& task) {
  if (task.seen && is_in_queue(task.seen->state)) {
    return why_not_started(*task.seen);
  }
  return task.is_in(JobState::running)
             ? "Slurm has started job " + std::to_string(task.seen->array) +
                   ", which has said nothing yet"
             : std::string{};
}

}  // namespace

std::vector<Waits::Group> waits_of(const Roster& roster, const std::string& hindrance) {
  WaitsByReason waits;
  std::string pilots;
  for (const Array& array : roster.arrays()) {
    for (const TaskLink& task : array.tasks) {
      if (task.over || task.hello) {
        continue;
      }
      std::string why = why_not_begun(task);
      if (array.file.pilots) {
        pilots = why.empty() ? pilots : "no pilot is free; " + why;
      } else if (task.run && !why.empty()) {
        waits[std::move(why)].push_back(task.run->trial);
      }
    }
  }
  const std::string without_task =
      hindrance.empty() ? pilots : "Slurm has not been given it: " + hindrance;
  for (const Launch& launch : roster.due()) {
    if (!without_task.empty()) {
      waits[without_task].push_back(launch.run.trial);
    }
  }
  return groups_of(waits);
}

}  // namespace diwan::slurm
