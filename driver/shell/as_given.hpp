// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>

namespace diwan {

/// The path as a command may be given it from here: below the current directory relative to it,
/// else whole.
std::filesystem::path as_given(const std::filesystem::path& path);

}  // namespace diwan
