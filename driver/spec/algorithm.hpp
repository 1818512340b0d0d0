// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/core/budget.hpp"
#include "driver/spec/field.hpp"
#include "driver/spec/parameters.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Reads `algorithm` with its settings and checks them against the space, objectives and budget,
/// which `out` has already. Without one the algorithm is auto.
/// @param space  where it is not sound, no word is lost on whether it fits.
void read_algorithm(const Field& spec, const SpaceReading& space, Spec& out);

/// The notes of a specification, as they are when the experiment begins with this budget and not
/// with the file's.
std::vector<std::string> notes_of(const Spec& spec, const Budget& budget);

/// Reads `earlyStopping`.
void read_early_stopping(const Field& spec, const SpaceReading& space, Spec& out);

}  // namespace diwan
