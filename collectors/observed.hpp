// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collectors/observation.hpp"

namespace diwan {

/// The observation of a number, without step and time.
Observation observed_number(std::uint32_t metric, double value);

/// The observation that a text spells, blanks around it aside: a number where parse_number reads
/// one, else the text itself, made printable; nothing where it is empty.
std::optional<Observation> observed_text(std::uint32_t metric, std::string_view text);

}  // namespace diwan
