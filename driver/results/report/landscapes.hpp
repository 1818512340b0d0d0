// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/results/load.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// The document's `landscapes` (docs/report.md): for each objective what a forest sees in the
/// results, as importances, curves along each parameter and surfaces over pairs. None for an
/// objective with too few results.
Value landscapes_value(const Loaded& loaded);

}  // namespace diwan
