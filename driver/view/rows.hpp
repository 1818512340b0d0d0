// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/view/state.hpp"

namespace diwan::view {

/// The numbers of the trials that fit the filter, in the order chosen. Trials without a value come
/// last. The objective is sorted best first, times longest first, everything else ascending;
/// `reversed` turns that around.
std::vector<std::uint32_t> rows_of(const Loaded& loaded, const State& state);

/// All columns, in order.
std::vector<Column> table_columns(const Loaded& loaded);
/// What stands above it.
std::string heading_of(const Loaded& loaded, const Column& column);
/// What stands in it; "-" where there is nothing.
std::string cell_of(const Loaded& loaded, const Column& column, const Trial& trial);
/// Do its cells end below each other?
bool is_numeric(const Loaded& loaded, const Column& column);

}  // namespace diwan::view
