// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/slurm_step/step_command.hpp"

namespace diwan::slurm_step {

/// Runs trials as steps of the Slurm job that this process is in, by srun, as many at a time as the
/// layout has room for. A supervisor on this host starts the sruns; they, and with them their
/// steps, end with us.
std::unique_ptr<Launcher> make_step_launcher(const RunSettings& settings, const StepPlan& plan);

}  // namespace diwan::slurm_step
