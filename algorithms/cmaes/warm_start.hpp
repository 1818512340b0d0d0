// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "algorithms/cmaes/run.hpp"

namespace diwan::cmaes {

/// Fewest known results from which a start is made.
constexpr std::size_t least_known = 10;

/// The start of WS-CMA-ES [Nomura, Watanabe, Akimoto, Ozaki, Onishi 2021, Warm starting CMA-ES for
/// hyperparameter optimization, arXiv:2012.06932, (10)]: the normal distribution nearest to a
/// kernel density, of deviation 0.1, of the best tenth. The choices likewise start from their
/// frequency in that tenth, as if each had been seen once more.
/// @param known  at least least_known results by rank, the best first.
Run::Start warm_start(const Coding& coding, std::span<const Sample> known);

}  // namespace diwan::cmaes
