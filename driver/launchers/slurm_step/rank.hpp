// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "driver/launchers/slurm_step/step_command.hpp"

namespace diwan::slurm_step {

/// One task of a run that is a step, as `diwan exec --rank` is told it.
struct RankOrder {
  std::filesystem::path folder;  ///< StepFolder
  std::string kind;              ///< of the template
  Roles roles;                   ///< of its replicas
  /// Rank 0 alone runs the command, which starts so many processes on each node itself.
  std::optional<std::uint32_t> slots;
  std::optional<std::chrono::seconds> time_limit;  ///< of the trial, which begins now
  bool gpus = false;                               ///< each task has GPUs of its own
  bool mpi = false;                 ///< the tasks are the ranks of an MPI world that srun makes
  std::filesystem::path directory;  ///< empty: the present one
  std::filesystem::path program;    ///< this one
  std::vector<std::string> command;
};

/// Gives the task its variables, runs the command and ends as it does, with all that it left
/// behind. Rank 0's output is the run's; others write theirs to files of the folder.
///
/// A line on its standard input, which srun passes on, and the end of that input, are TERM to the
/// command's processes. Signals are Slurm's (`--signal=USR2@60`), to the command too: what it then
/// leaves unfinished is not the trial's failure. Once it is to end, all its processes have time to,
/// until srun or Slurm kills them.
/// @return the exit status
int rank_main(const RankOrder& order);

}  // namespace diwan::slurm_step
