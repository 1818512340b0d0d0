// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>

#include "driver/core/event.hpp"
#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/event_file.hpp"
#include "driver/launchers/slurm/inbox.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"
#include "driver/launchers/slurm/script_tasks.hpp"
#include "driver/launchers/slurm/spool.hpp"

namespace diwan::slurm {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Array;

/// A task of an array as the coordinator knows it: by what it says and by what Slurm says of it.
struct TaskLink {
  TaskLink(Array& of, const std::filesystem::path& array_directory, std::uint32_t task)
      : array{&of},
        directory{array_directory},
        index{task},
        spool{spool_path(array_directory, task, 0)},
        inbox{array_directory, task} {}

  /// Reads on with the spool of the task's next life, for which nothing holds that was said of the
  /// one before. That its run is called off still does.
  void follow(std::uint32_t restarts_now) {
    restarts = restarts_now;
    spool = SpoolReader{spool_path(directory, index, restarts)};
    hello = false;
    leaving = false;
    waits_for_slurm = false;
    over_since.reset();
    absences = 0;
    ended_here = false;
    if (called_off) {
      called_off->killed = false;
    }
  }

  /// Takes run after run, which wait for nothing but such a task.
  bool takes_any() const { return hello && !leaving && !over && !run && !over_since; }
  /// Is that what Slurm said last? Not where it has not said anything.
  bool is_in(JobState state) const { return seen && seen->state == state; }

  Array* array;                     ///< whose task it is
  std::filesystem::path directory;  ///< of the array
  std::uint32_t index = 0;
  std::uint32_t restarts = 0;  ///< of the life whose spool is read
  SpoolReader spool;
  InboxWriter inbox;
  std::optional<RunKey> run;             ///< given to it, and not ended
  std::uint32_t trial = 0;               ///< of the run it had last; 0: none yet
  bool hello = false;                    ///< its process has said something
  bool leaving = false;                  ///< it takes no further run
  bool waits_for_slurm = false;          ///< it leaves, and Slurm may start it again
  bool needless = false;                 ///< the trial it had last has come to its end
  bool over = false;                     ///< nothing more comes from it
  std::optional<JobTask> seen;           ///< what Slurm said last
  SteadyTime last_sign{};                ///< of life
  std::optional<SteadyTime> over_since;  ///< that Slurm says so; what it said last may lag behind
  std::uint32_t absences = 0;            ///< answers in a row in which Slurm did not know it
  std::optional<Ended> held;             ///< the end of its run, until Slurm has said why
  struct CalledOff {
    SteadyTime kill_at;
    bool killed = false;
  };
  std::optional<CalledOff> called_off;
  bool ended_here = false;  ///< Slurm was told to end it, since it said nothing

  /// A task that Slurm requeued, without a run: it takes the next attempt of its trial.
  bool takes_next() const {
    return !over && !leaving && !run && trial != 0 && (restarts > 0) && !over_since;
  }
};

/// An array that is not over.
struct Array {
  std::filesystem::path directory;
  JobFile file;
  std::deque<TaskLink> tasks;               ///< places do not change
  std::unique_ptr<ScriptTasks> scripts;     ///< who speaks for tasks that run a user's own script
  EventFileReader events{{}};               ///< of all other tasks
  bool told_unbegun = false;                ///< that some of its tasks began nothing
  bool unsaved = false;                     ///< its file could not be written
  std::optional<std::uint32_t> heard_job;   ///< its job's id, by what a task says
  std::optional<std::uint64_t> submission;  ///< the question, while it is open
  std::optional<std::uint64_t> search;      ///< for a job that may have been submitted
  std::optional<SteadyTime> search_at;
};

}  // namespace diwan::slurm
