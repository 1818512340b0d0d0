// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/core/waits.hpp"
#include "driver/results/load.hpp"

namespace diwan {

/// Why a trial does not run that has not ended, for people, as far as the directory's files tell.
/// @pre its phase is `waiting` or `queued`
std::string why_it_waits(const Loaded& loaded, const Trial& trial);

/// What the launcher says of trials that it was given and that have not started, by the directory's
/// file `waiting` as it is now; nothing where that was too long ago or no run is alive.
Waits launcher_waits(const Loaded& loaded);
/// "3 trials: Slurm has not started job 17: Priority (as of 12:03:05Z)", for each reason.
std::vector<std::string> launcher_waits_text(const Loaded& loaded);

/// Why the trial of this number, which is larger than all there are, has not been suggested.
std::string why_not_suggested(const Loaded& loaded, std::uint64_t number);

}  // namespace diwan
