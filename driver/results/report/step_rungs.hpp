// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/results/load.hpp"
#include "driver/results/report/curves.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// What trials had at the reported steps at which they were judged; null unless the algorithm has
/// rungs and the resource is the step (docs/report.md, `stepRungs`).
Value step_rungs_value(const Loaded& loaded, const CurveBook& book);

}  // namespace diwan
