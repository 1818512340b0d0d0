// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collectors/observation.hpp"

namespace diwan {

/// RFC 3339 in UTC with six decimals: 2026-09-01T12:00:03.000250Z.
std::string time_text(Time time);
/// Reads exactly what time_text writes; the fraction may have 0 to 9 digits.
std::optional<Time> parse_time(std::string_view text);
/// For people: 12.3s, 4m05s, 1h12m, 2d03h.
std::string duration_text(double seconds);

}  // namespace diwan
