// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/observation.hpp"
#include "driver/launchers/mpi_environment.hpp"

namespace diwan {

/// When the Slurm job ends that this process runs in.
struct JobEnd {
  std::optional<Time> at;  ///< nothing outside a job, without a limit, and where it is not known
  std::string problem;     ///< why it is not known
};

/// What the environment says: SLURM_JOB_END_TIME, by Slurm 23.02 and later. Nothing else.
JobEnd told_job_end(const Variables& variables);

/// The same; where the environment does not say it, asks Slurm, once and for five seconds at most.
/// Forks: not to be called once MPI is there.
JobEnd job_end(const Variables& variables);

/// For a program that this process is about to become and that may not ask any more: asks, and puts
/// the answer where told_job_end() finds it. Returns why it is not known; empty: all is well.
std::string note_job_end(const Variables& variables);

/// The end in what `squeue -o "%A %e"` prints with seconds since 1970, of this job alone: asked for
/// a task of an array it may list others.
std::optional<Time> job_end_in(std::string_view squeue_output, std::string_view job);

/// What is to happen between the deadline of the trials and the end of the job.
struct LastThings {
  std::chrono::milliseconds grace{};        ///< of the trials
  std::chrono::milliseconds saving_took{};  ///< so far
  std::chrono::milliseconds leaving{};      ///< that mpirun takes to return
  bool operator==(const LastThings&) const = default;
};

/// When running trials are to be asked to end, so that all is saved when the job does: saving is
/// given 15 s, or three times what it took. Half of the job is the trials' in any case.
Time trial_deadline(Time now, Time job_end, const LastThings& last);

}  // namespace diwan
