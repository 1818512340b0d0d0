// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/spec/field.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Reads `algorithm` with its settings and checks them against the space, objectives and budget,
/// which `out` has already. Without one the algorithm is auto.
/// @param space_sound  false: the space was wrong, so that no word is lost on whether it fits.
void read_algorithm(const Field& spec, bool space_sound, Spec& out);

/// Reads `earlyStopping`.
void read_early_stopping(const Field& spec, bool space_sound, Spec& out);

}  // namespace diwan
