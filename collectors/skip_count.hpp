// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>

#include "collectors/collector.hpp"

namespace diwan {

/// Counts the line, and keeps it as an example, made printable, while there are few.
void count_skipped(Skipped& skipped, std::string_view line);

/// Adds what another collector skipped, with its examples while there are few.
void add_skipped(Skipped& sum, const Skipped& more);

/// The first example and how many more there are, for people; empty where nothing was skipped.
std::string sentence(const Skipped& skipped);

}  // namespace diwan
