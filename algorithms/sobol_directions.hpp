// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <span>

namespace diwan {

/// For each dimension from the second on: its primitive polynomial, all coefficients as bits, then
/// as many first direction numbers as the polynomial's degree.
std::span<const std::uint16_t> sobol_table();

}  // namespace diwan
