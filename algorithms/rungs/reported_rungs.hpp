// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "algorithms/registry.hpp"

namespace diwan {

/// The steps, ascending, at which hyperband, bohb and asha judge who goes on; none where a
/// parameter is the resource. @pre the algorithm has rungs and its settings passed their check
std::vector<double> reported_rungs(const Problem& problem);

}  // namespace diwan
