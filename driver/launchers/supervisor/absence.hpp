// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/supervisor/environment.hpp"

namespace diwan {

/// Why a run that succeeded gave no objective, in a line for people: what was looked for and where,
/// the names that stood by numbers there, and what would have been read. Reads the end of the run's
/// logs, of its metrics file or of what it pushed.
/// @param saw_values  values came, and none of them was finite.
std::string why_no_objective(const RunSettings& settings, const RunPaths& paths, bool saw_values);

}  // namespace diwan
