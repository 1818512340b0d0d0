// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <span>
#include <vector>

namespace diwan {

/// How surely a response rises with each column, the others held: the t statistics (estimate over
/// its standard error) of ordinary least squares with a constant.
/// @param rows  one for each value of the response, all of one length.
/// @return  one for each column; empty where there are fewer than ten rows more than unknowns.
/// O(rows columns^2 + columns^3).
std::vector<double> slopes(const std::vector<std::vector<double>>& rows,
                           std::span<const double> response);

}  // namespace diwan
