// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>

#include "driver/launchers/mpi_environment.hpp"
#include "driver/launchers/slurm_step/step_command.hpp"
#include "driver/shell/session.hpp"

namespace diwan {

/// How the experiment's trials become steps of the Slurm job that this process runs in, which is
/// asked what it has. Nothing is changed.
/// @throws RunRefused outside a job, for a trial that the job has no room for, and for what cannot
/// be done from another node
slurm_step::StepPlan step_plan(const RunRequest& request, const Variables& variables,
                               const std::filesystem::path& program);

/// Are trials steps where nobody says what they shall be? They are where one has several tasks and
/// this is a Slurm job.
bool wants_steps(const Spec& spec, const Variables& variables);

}  // namespace diwan
