// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/core/waits.hpp"
#include "driver/launchers/slurm/roster.hpp"

namespace diwan::slurm {

/// Why runs have not begun: those that have a task by what Slurm said last of it, the others by
/// `hindrance`, the reason for which Slurm is not given them, and by the pilots that wait. A run of
/// which nothing is known is left out.
std::vector<Waits::Group> waits_of(const Roster& roster, const std::string& hindrance);

}  // namespace diwan::slurm
