// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "driver/core/experiment.hpp"

namespace diwan {

/// The exit status of a run that ends in this state (design.md section 9): 0, 3, 4, 5 or 75.
int exit_status(const Experiment& experiment);

/// Numbers of the best `count` trials that may be `best`, best first, ties by number.
std::vector<std::uint32_t> ranking(const Experiment& experiment, std::size_t count);

/// Trials that no other one beats in every objective, by number; all objectives finite.
std::vector<std::uint32_t> pareto_front(const Experiment& experiment);

}  // namespace diwan
