// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/results/load.hpp"
#include "driver/results/report/curves.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// The document's `curves` (docs/report.md): of each metric that some trial reported more than
/// once, the curves of at most a thousand trials, the best and a regular choice of the others,
/// thinned so that all of them stay below a fixed size. Values have five digits.
Value curves_value(const Loaded& loaded, const CurveBook& book);

}  // namespace diwan
