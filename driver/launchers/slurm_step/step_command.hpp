// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/launchers/slurm_step/layout.hpp"

namespace diwan::slurm_step {

/// A kind of replica and how many there are of it, in the order of their ranks.
using Roles = std::vector<std::pair<std::string, std::uint32_t>>;

/// What is the same for all steps of an experiment.
struct StepPlan {
  std::string job;
  std::uint32_t restarts = 0;  ///< how often Slurm has put the job back into the queue
  Layout layout;
  std::string kind;  ///< of the template: Command, PyTorchJob, …
  Roles roles;       ///< of its replicas; empty for kinds without
  std::filesystem::path program;
};

/// One step.
struct StepOrder {
  std::string name;
  std::filesystem::path folder;     ///< of its ranks, StepFiles
  std::filesystem::path directory;  ///< the trial's working directory
  std::optional<std::chrono::seconds> time_limit;
  std::string mpi;          ///< srun's --mpi; empty: no MPI world of srun's
  std::string gone_before;  ///< a step to be ended first, JOB.STEP; empty: none
};

/// The words before a trial's command that make it a step: srun, and on each task
/// `diwan exec --rank`.
std::vector<std::string> step_command(const StepPlan& plan, const StepOrder& order);

/// "Master=1,Worker=2" and back; empty for a text that is none.
std::string text_of(const Roles& roles);
Roles roles_in(std::string_view text);

}  // namespace diwan::slurm_step
