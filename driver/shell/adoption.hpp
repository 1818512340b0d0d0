// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/core/stimulus.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/shell/progress.hpp"

namespace diwan {

/// What runs of a dead coordinator that died with it left behind: the ends they recorded, and the
/// observations in their logs that were not acknowledged. Waits until nothing of them works any
/// more, and says what had to be done for it.
std::vector<Stimulus> left_behind(const RunSettings& settings, const Experiment& experiment,
                                  Progress& progress);

}  // namespace diwan
