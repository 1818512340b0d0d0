// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>

#include "driver/launchers/mpi_environment.hpp"

namespace diwan {

/// May a job be put back into the queue, by what `scontrol -o show job` prints of it? It may while
/// it runs, and when its time limit or a preemption ends it. Not when somebody cancelled it.
bool may_requeue(std::string_view scontrol_output, std::string_view job);

/// Puts the Slurm job that this process runs in back into the queue, which ends the job. Returns
/// what a person should know. Forks: not to be called while MPI is there.
std::string requeue_job(const Variables& variables);

}  // namespace diwan
