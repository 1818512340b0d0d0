// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace diwan {

/// The last lines that a run printed, for people: after the name of each of its two logs at most
/// `most` of them, indented and safe for a terminal; empty where it printed nothing, or its logs
/// are gone. Reads a few kilobytes.
std::string log_tail(const std::filesystem::path& attempt_directory, std::size_t most);

}  // namespace diwan
