// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/spec/field.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Reads `objective`, or `objectives`, with the metrics and their strategies, and the goal.
void read_objectives(const Field& spec, Spec& out);

/// Reads parallelTrialCount, maxTrialCount and maxFailedTrialCount.
void read_budget(const Field& spec, Spec& out);

}  // namespace diwan
