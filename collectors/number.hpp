// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string_view>

namespace diwan {

/// The number that the whole text spells in decimal: an optional sign, then digits with an optional
/// point and exponent ("+1", ".5", "5.", "1e-3"), or nan, inf, infinity in any case.
/// What is too large is an infinity, what is too small zero. Independent of the locale.
std::optional<double> parse_number(std::string_view text);

}  // namespace diwan
