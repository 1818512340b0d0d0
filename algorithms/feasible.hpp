// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>

#include "algorithms/registry.hpp"

namespace diwan {

/// What is wrong where the constraints of a problem leave nothing to try, and the constraint that
/// refuses most. All assignments are looked at where there are at most 2^20, else 100,000 random
/// ones, the same for every seed.
std::optional<SettingProblem> nothing_allowed(const Problem& problem);

}  // namespace diwan
