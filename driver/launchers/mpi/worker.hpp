// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <memory>

#include "driver/launchers/mpi_environment.hpp"
#include "driver/launchers/supervisor/supervisor_process.hpp"

namespace diwan {

class MpiWorld;

/// The supervisor of this task's trials, to be started before MPI_Init; null on rank 0, which runs
/// none. Where the environment does not tell the rank, every task starts one.
/// @throws std::system_error as SupervisorProcess.
std::unique_ptr<SupervisorProcess> supervisor_before_mpi(const std::filesystem::path& program,
                                                         const Variables& variables);

/// What ranks 1…n-1 do: carry frames between rank 0 and the supervisor until told to shut down.
/// Decides nothing, except to end its trials and itself when rank 0 is gone. Returns the exit
/// status; the caller then finalizes MPI. Where MPI can no longer be finalized it does not return.
int mpi_worker_main(MpiWorld& world, SupervisorProcess& supervisor);

}  // namespace diwan
