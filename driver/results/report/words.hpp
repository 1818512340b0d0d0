// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/core/event.hpp"

namespace diwan {

/// Why a run was lost, for people: "preempted".
const char* in_words(LostCause cause);

}  // namespace diwan
