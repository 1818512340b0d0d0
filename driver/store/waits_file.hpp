// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <optional>

#include "driver/core/waits.hpp"

namespace diwan {

// DIR/waiting, which readers from other hosts see whole or not at all; docs/journal.md. It is not
// synced: after a crash of the host nobody needs it.

/// @throws StoreError
void write_waits(const std::filesystem::path& directory, const Waits& waits);
/// Nothing where there is no such file, or it is not one.
std::optional<Waits> read_waits(const std::filesystem::path& directory);
/// There may be none. @throws StoreError
void remove_waits(const std::filesystem::path& directory);

}  // namespace diwan
