// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>

#include "driver/results/load.hpp"

namespace diwan {

/// Why a trial does not run that has not ended, for people, as far as the directory's files tell.
/// @pre its phase is `waiting` or `queued`
std::string why_it_waits(const Loaded& loaded, const Trial& trial);

/// Why the trial of this number, which is larger than all there are, has not been suggested.
std::string why_not_suggested(const Loaded& loaded, std::uint64_t number);

}  // namespace diwan
