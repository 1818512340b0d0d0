// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "collectors/observation.hpp"

namespace diwan::slurm {

struct ArrayTaskOptions {
  std::filesystem::path array;    ///< EXPERIMENT/arrays/N, absolute
  bool pilot = false;             ///< stays, and takes run after run from its inbox
  std::filesystem::path program;  ///< whose `exec --supervisor` runs the trials
  std::optional<Time> job_end;    ///< by the job's time limit, where it is known
};

/// Not started as a task of an array, or its array cannot be read.
struct ArrayTaskError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a task of a job array runs: claims its run, has a supervisor run it, and says in its spool
/// what the supervisor says; hears from the coordinator by its inbox, which it looks at every 5 s
/// (a pilot without a run oftener) and when it gets USR1. It needs no coordinator: without one the
/// run goes on to its end. TERM, which Slurm sends before KILL, ends the run with the grace time,
/// as does the coming end of the job.
///
/// Where the experiment directory cannot be written (a full disk) it waits with its run, until
/// there is room or its job is to end.
///
/// A task that Slurm requeued says that its run was lost and waits for the next attempt of the same
/// trial in its inbox.
/// @return the exit status: 0 where all that was begun came to an end that is recorded
/// @throws ArrayTaskError, std::system_error
int array_task_main(const ArrayTaskOptions& options);

}  // namespace diwan::slurm
