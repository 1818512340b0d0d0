// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/spec/field.hpp"
#include "driver/spec/parameters.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Reads each parameter's `when`, the `constraints` and the `initialTrials`, all against the space.
/// Of an architecture search nothing, and refuses constraints.
void read_conditions(const Field& spec, const SpaceReading& reading, Spec& out);

}  // namespace diwan
