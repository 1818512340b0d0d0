// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>

#include "driver/core/experiment.hpp"

namespace diwan {

/// The trial that a record ended, if it ended one. The record was folded into `experiment` last, or
/// in the same step.
std::optional<std::uint32_t> ended_by(const Record& record, const Experiment& experiment);

}  // namespace diwan
