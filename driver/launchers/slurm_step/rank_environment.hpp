// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "driver/launchers/slurm_step/rank_place.hpp"
#include "driver/launchers/supervisor/step_folder.hpp"

namespace diwan::slurm_step {

/// What the environment of a task's command is made from.
struct RankSurroundings {
  RankPlace place;
  StepFolder folder;
  RankFacts facts;
  std::string gpus;                       ///< DIWAN_GPUS; empty: the trial has none
  std::optional<std::uint32_t> deadline;  ///< DIWAN_DEADLINE, where its time limit says one
  bool is_starter = false;                ///< the command starts the others itself, by mpirun
  bool is_mpi_rank = false;  ///< of a world that srun makes: what Slurm told the task stays
};

/// `present`, which is the trial's and in it what Slurm told the task, as the command gets it.
std::vector<std::string> rank_environment(const char* const* present,
                                          const RankSurroundings& surroundings);

/// Writes the program that mpirun takes for ssh: an errand to the task on the host that it names.
void write_agent(const StepFolder& folder, const std::filesystem::path& program);

}  // namespace diwan::slurm_step
