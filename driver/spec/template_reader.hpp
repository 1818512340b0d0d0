// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>

#include "driver/spec/field.hpp"
#include "driver/spec/parameters.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Reads `trialTemplate` and checks its placeholders against the search space; `out` has all else.
void read_trial_template(const Field& spec, const SpaceReading& space, bool required, Spec& out);

}  // namespace diwan
