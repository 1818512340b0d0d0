// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/results/load.hpp"
#include "driver/results/report/moment.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// The document's `parameters`: each with what an axis of a figure needs.
Value parameters_value(const Spec& spec, const Rules& rules);

/// The document's `trials`, a column for each of their facts, in the order of their numbers
/// (docs/report.md). Texts that repeat stand once, in `texts`, and are named by their place.
Value trial_columns(const Loaded& loaded, const Moments& moments);

}  // namespace diwan
