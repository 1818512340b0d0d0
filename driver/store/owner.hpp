// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "driver/store/json_reader.hpp"
#include "driver/store/json_writer.hpp"
#include "driver/store/store.hpp"

namespace diwan {

// docs/journal.md, sections 2 and 6.

/// An owner as it is written down.
struct OwnerNote {
  OwnerIdentity identity;
  std::uint64_t epoch = 0;
};

/// The members of an identity, into an object that is open.
void write_members(JsonWriter& json, const OwnerIdentity& identity);
/// A whole object. @throws JsonError.
OwnerNote read_owner_members(JsonReader& json);

/// Replaces the owner file. @throws StoreError.
void write_owner(const std::filesystem::path& directory, const OwnerNote& note);
/// What the owner file says; nothing if there is none or it cannot be read.
std::optional<OwnerNote> read_owner_file(const std::filesystem::path& directory);

/// Is this owner still there, as `here` sees it through `proc`?
OwnerState::Life life_of(const OwnerIdentity& owner, const OwnerIdentity& here,
                         const std::filesystem::path& proc = "/proc");

}  // namespace diwan
