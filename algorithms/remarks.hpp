// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "algorithms/registry.hpp"

namespace diwan {

/// What is allowed and hardly meant, for a problem that check() finds nothing wrong with: settings
/// by which the algorithm does not do what it is for.
std::vector<SettingProblem> remarks(const AlgorithmInfo& algorithm, const Problem& problem);

}  // namespace diwan
