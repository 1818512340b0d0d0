// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "driver/results/baseline.hpp"
#include "driver/results/confirmation.hpp"
#include "driver/results/load.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// How much to make of the best result: what it is measured by, and what running the best again
/// gave (docs/report.md, `certainty`).
Value certainty_value(const Loaded& loaded, const std::optional<Baseline>& baseline,
                      const std::vector<Confirmation>& confirmations);

/// The confirmation whose runs count, which is the last one that has a result.
const Confirmation* confirmation_in_force(const std::vector<Confirmation>& confirmations);

}  // namespace diwan
