// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>

#include "algorithms/space/assignment.hpp"

namespace diwan {

/// The whole number that a label says; nothing where there is none, or another text.
std::optional<std::size_t> label_number(const Labels& labels, const char* name);

}  // namespace diwan
