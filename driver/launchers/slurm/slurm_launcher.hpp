// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"

namespace diwan::slurm {

struct SlurmLauncherOptions {
  /// What a trial's job asks of Slurm; name, comment, script, tasks and output are filled in here.
  JobRequest job;
  /// Tasks that stay and take trial after trial; 0: a task of its own for each trial.
  std::uint32_t pilots = 0;
  /// A user's own batch script, to which the SPANK plugin gives trials; empty: `diwan exec
  /// --array`.
  std::filesystem::path script = {};
  /// Arrays of it are offered to a person to submit, one after the other.
  bool offer = false;
};

/// Runs trials as tasks of Slurm job arrays, which go on without this process: whoever comes later
/// with the same experiment directory adopts them. Trials that become due together are submitted as
/// one array. What the tasks say is read from the experiment directory (array_files.hpp);
/// slurmctld is asked seldom, with one question for all.
///
/// poll() throws LaunchRefused where Slurm will never take the jobs as they are asked for.
/// @throws std::runtime_error where it cannot be known what an earlier coordinator left running
/// @param program  what the tasks execute; every node must see it and the experiment directory.
std::unique_ptr<Launcher> make_slurm_launcher(const RunSettings& settings,
                                              std::unique_ptr<Scheduler> scheduler,
                                              const std::filesystem::path& program,
                                              const SlurmLauncherOptions& options);

}  // namespace diwan::slurm
