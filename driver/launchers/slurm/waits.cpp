// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/waits.hpp"

#include <cstdint>
#include <map>
#include <utility>

#include "driver/launchers/slurm/verdict.hpp"

namespace diwan::slurm {
namespace {

/// Slurm's word for why a task of this job waits, and what to do where it does not go away.
std::string why_not_started(const Array& array, const JobTask& seen) {
  const std::string hint = advice(seen.reason);
  return "Slurm has not started job " + std::to_string(array.file.job.value_or(0)) + ": " +
         (seen.reason.empty() ? "it gives no reason yet" : seen.reason) +
         (hint.empty() ? "" : ", " + hint);
}

std::string why_not_begun(const Array& array, const TaskLink& task) {
  if (task.is_in(JobState::pending) || task.is_in(JobState::requeue_hold)) {
    return why_not_started(array, *task.seen);
  }
  return task.is_in(JobState::running)
             ? "Slurm has started job " + std::to_string(array.file.job.value_or(0)) +
                   ", which has said nothing yet"
             : std::string{};
}

}  // namespace

std::vector<Waits::Group> waits_of(const Roster& roster, const std::string& hindrance) {
  std::map<std::string, std::vector<std::uint32_t>> trials;
  std::string pilots;
  for (const Array& array : roster.arrays()) {
    for (const TaskLink& task : array.tasks) {
      if (task.over || task.hello) {
        continue;
      }
      std::string why = why_not_begun(array, task);
      if (array.file.pilots) {
        pilots = why.empty() ? pilots : "no pilot is free; " + why;
      } else if (task.run && !why.empty()) {
        trials[std::move(why)].push_back(task.run->trial);
      }
    }
  }
  const std::string without_task =
      hindrance.empty() ? pilots : "Slurm has not been given it: " + hindrance;
  for (const Launch& launch : roster.due()) {
    if (!without_task.empty()) {
      trials[without_task].push_back(launch.run.trial);
    }
  }
  std::vector<Waits::Group> groups;
  groups.reserve(trials.size());
  for (auto& [reason, waiting] : trials) {
    groups.push_back({.reason = reason, .trials = std::move(waiting)});
  }
  return groups;
}

}  // namespace diwan::slurm
