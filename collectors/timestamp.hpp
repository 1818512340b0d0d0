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

/// The instant that the whole text gives as RFC 3339, read as leniently as Katib reads it: the
/// fraction is optional, of any length and after a point or comma, and the hour may have one digit.
/// What is finer than a microsecond is dropped.
std::optional<Time> parse_rfc3339(std::string_view text);

/// Seconds since 1970 with their fraction, rounded to microseconds; nothing outside the years
/// 0 to 9999.
std::optional<Time> from_unix_seconds(double seconds);

}  // namespace diwan
