// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <map>
#include <optional>

#include "driver/launchers/launcher.hpp"

namespace diwan::slurm {

/// The grace time of trials in an array: Slurm leaves no more between TERM and KILL.
std::chrono::milliseconds task_grace(const RunSettings& settings);

/// How long a task stays. Its trials end a while before its job does; without a run a pilot stays
/// as long as another may come and end in time, and a requeued task for the next attempt.
class TaskStay {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// @param settings  must outlive this
  /// @param job_end   by the job's time limit, where it is known
  TaskStay(const RunSettings& settings, std::optional<Time> job_end);

  /// When what runs is asked to end, so that all is written when the job ends; half of the job is
  /// the trials' in any case. None where the job's end is not known.
  const std::optional<Time>& deadline() const { return deadline_; }
  /// Until then.
  SteadyTime::duration left() const;
  bool is_time_up() const;

  void begin(RunKey run);
  void end(RunKey run);
  /// It is without a run from now on.
  void idle() { idle_since_ = std::chrono::steady_clock::now(); }
  /// Has a pilot without a run waited long enough, or no time for another one?
  bool has_to_leave(SteadyTime present) const;
  /// May the next attempt of a requeued task's trial still come?
  bool awaits_next(SteadyTime present) const;

 private:
  const RunSettings* settings_;
  std::optional<Time> deadline_;
  SteadyTime idle_since_ = std::chrono::steady_clock::now();
  std::map<RunKey, SteadyTime> begun_;
  SteadyTime::duration longest_run_{};
};

}  // namespace diwan::slurm
