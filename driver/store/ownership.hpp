// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "driver/store/reserved_file.hpp"
#include "driver/store/segment.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// A directory that is ours, and what we found in it.
struct Ownership {
  SegmentHeader header;  ///< of the first segment of our epoch
  NewSegment segment;
  ReservedFile outcome;  ///< DIR/outcome to be, also on a full disk
  ReplayReport found;    ///< last record and torn tail
  std::uint64_t checkpoint_bytes = 0;
  std::uint64_t checkpoint_record = 0;  ///< last record of the checkpoint that counts
  std::uint64_t tail_bytes = 0;         ///< of the journal behind the checkpoint
};

/// Takes a directory (docs/journal.md, sections 1, 3 and 6): checks it, makes the first segment of
/// a new epoch and the owner file. @throws StoreError, DiskFailure; nothing has been changed then.
Ownership take_directory(const std::filesystem::path& directory, const OwnerIdentity& identity,
                         bool take_over);

/// Does the owner file name this epoch?
bool is_ours(const std::filesystem::path& directory, std::uint64_t epoch);

}  // namespace diwan
