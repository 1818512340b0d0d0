// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"

namespace diwan::slurm {

/// Variables of a job by which the SPANK plugin, where it is installed, writes down how the tasks
/// of an array end (event_file.hpp). Without it they say nothing to anybody.
std::vector<std::string> watch_variables(const std::filesystem::path& array_directory);

/// An array of a user's own batch script, of which the SPANK plugin gives each task its trial. What
/// `request` leaves open is as the script says. It is not requeued: a run that is lost goes again
/// in another array.
/// @throws LaunchRefused where the script cannot be read
JobRequest script_job(JobRequest request, const std::filesystem::path& script,
                      const std::filesystem::path& array_directory);

/// What a person types who submits that array.
std::string script_command(const std::filesystem::path& script,
                           const std::filesystem::path& array_directory, std::uint32_t tasks);

/// Does what a supervisor does before a run whose trial continues another's checkpoint.
/// @throws std::system_error
void continue_checkpoints(const RunSettings& settings, std::span<const Launch> launches);

/// @throws LaunchRefused where no script can run such trials
void check_script_settings(const RunSettings& settings);

/// Takes a row of an array that nobody has submitted: no task will run it.
/// @return false where a task had taken it
bool take_row(const std::filesystem::path& array_directory, std::uint32_t task);
/// Was it taken by take_row()?
bool is_called_off(const std::filesystem::path& array_directory, std::uint32_t task);

}  // namespace diwan::slurm
