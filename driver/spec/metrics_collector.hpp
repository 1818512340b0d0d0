// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/spec/field.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Reads `metricsCollectorSpec` and fills in its defaults; the metrics are those `out` has already.
void read_metrics_collector(const Field& spec, Spec& out);

}  // namespace diwan
