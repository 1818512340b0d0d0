// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/supervisor/environment.hpp"

namespace diwan {

/// What the supervisor itself knows of a source that is no file of the run's.
struct Inquiry {
  std::string place;    ///< where values were looked for: "at http://…"; empty: in files
  std::string problem;  ///< what went wrong there; empty: nothing
  std::vector<std::string> names;  ///< that stand by numbers there
};

/// Why a run gave no usable value of a metric, in a line for people: what was looked for and where,
/// the names that stood by numbers there, and what would have been read. Reads the end of the run's
/// logs, of its metrics file or of what it pushed.
/// @param metric  index into those of the collector.
/// @param saw_values  values came, and none of them was finite.
std::string why_no_value(const RunSettings& settings, const RunPaths& paths, std::size_t metric,
                         bool saw_values, const Inquiry& inquiry = {});

}  // namespace diwan
