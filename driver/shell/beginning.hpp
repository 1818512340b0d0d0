// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/core/budget.hpp"
#include "driver/core/experiment.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/shell/session.hpp"

namespace diwan {

/// What a run is about to do, in a line: directory, algorithm, how many trials, how many of them
/// are done, how many at a time, and where.
/// @param before  what the directory held; null where the experiment begins
std::string beginning_text(const RunRequest& request, const Budget& budget,
                           const Launcher& launcher, const Experiment* before);

}  // namespace diwan
