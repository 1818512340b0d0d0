// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/results/load.hpp"
#include "driver/spec/trial_template.hpp"

namespace diwan {

// A trial as texts that can be pasted; each ends with a line end.

/// Can its trials be run by a command here, and not on Kubernetes alone?
bool has_command(const Loaded& loaded);

/// Those arguments of its last attempt's command that hold parameters, quoted for a shell.
/// @throws UsageError where there is no such command.
std::string args_text(const Loaded& loaded, const Trial& trial);
/// The whole command, after the variables that the file sets and DIWAN_SEED. @throws as args_text
std::string command_text(const Loaded& loaded, const Trial& trial);
/// A line DIWAN_PARAM_NAME='value' for each parameter.
std::string env_text(const Loaded& loaded, const Trial& trial);

}  // namespace diwan
