// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace diwan {

// What the environment tells about the MPI launcher around us, without linking an MPI library.

using Variables = std::map<std::string, std::string>;

/// The variables of this process.
Variables present_variables();

/// The whole number, 0 or more, that is the value of `name`; none where it is absent or no such
/// number.
std::optional<std::uint32_t> number_in(const Variables& variables, const std::string& name);

/// The present step: how many tasks the launcher around us started, and the variable that says so.
struct MpiStep {
  std::string variable;
  std::uint32_t tasks = 1;
  bool operator==(const MpiStep&) const = default;
};

/// The step this process is a task of; none outside mpirun and srun. A batch script is no step
/// (SLURM_NTASKS is not asked), and mpirun's word goes before that of the srun that carried it.
std::optional<MpiStep> mpi_step(const Variables& variables);

/// Whether several tasks were started, so that `run` and `resume` need MPI.
bool under_mpi_launcher(const Variables& variables);

/// This task's rank as the launcher gave it, known before MPI_Init; none where it does not say.
std::optional<std::uint32_t> early_rank(const Variables& variables);

/// What is wrong if the launcher started several tasks and MPI sees a world of `world_size`: every
/// task would be a coordinator of its own. `library` names the MPI library in use.
std::optional<std::string> mismatch(const Variables& variables, int world_size,
                                    const std::string& library);

/// Time for trials to save their work once mpirun ends its job: it sends CONT, TERM and KILL one
/// second apart, or as odls_base_sigkill_timeout says; a quarter is kept for our own saving. None
/// outside mpirun.
std::optional<std::chrono::milliseconds> mpirun_grace(const Variables& variables);

/// Was Open MPI's mpirun started with --enable-recovery, so that it lets other ranks live when one
/// dies? It returns 0 then, whatever became of its ranks; where its ranks are started by daemons,
/// as under Slurm, it waits for ever once one ended with a status other than 0.
bool mpirun_recovers(const Variables& variables);

/// Time that mpirun takes to return once a rank ended with a status other than 0, if this process
/// is a rank of Open MPI's: it signals the others, gone or not, and waits each time. With
/// --enable-recovery it does not.
std::chrono::milliseconds mpirun_leaving(const Variables& variables);

}  // namespace diwan
