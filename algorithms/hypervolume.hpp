// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace diwan {

// Sets of results by several objectives, all to be small; one row a result, one column an
// objective.

/// Is `a` nowhere worse than `b`, and somewhere better?
bool dominates(std::span<const double> a, std::span<const double> b);

/// Ascending numbers of the rows that no other dominates, of equal ones the first. O(n^2).
std::vector<std::size_t> non_dominated(std::span<const std::vector<double>> rows);

/// Volume of what the rows dominate and lies below `reference` [Zitzler and Thiele 1998]: slices
/// along the last objective, each of one objective fewer [While et al. 2006, HSO]. Rows beyond the
/// reference add nothing. O(n log n) for two objectives, about n times more for each further one.
double hypervolume(std::vector<std::vector<double>> rows, std::span<const double> reference);

}  // namespace diwan
