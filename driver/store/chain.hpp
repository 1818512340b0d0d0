// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "driver/store/segment.hpp"

namespace diwan {

// docs/journal.md, section 3.

/// The segments in a directory, in order; not all of them need count. @throws StoreError where they
/// cannot be seen.
std::vector<SegmentName> list_segments(const std::filesystem::path& directory);

/// The last segment.
struct Tip {
  SegmentHeader header;
  bool has_records = false;
};
std::optional<Tip> read_tip(const std::filesystem::path& directory);

/// What a checkpoint says of itself.
struct CheckpointHead {
  std::uint64_t epoch = 0;        ///< of the owner that wrote it
  std::uint64_t last_record = 0;  ///< it holds records 1 to this one
};

/// The part of the journal that counts, beside a checkpoint.
struct Chain {
  std::vector<SegmentReader> segments;  ///< in order; the files are open
  std::uint64_t checkpoint_end = 0;     ///< last record of the checkpoint that counts
};

/// A segment that counts is not there. Seen by a reader while the owner makes a checkpoint, too.
struct SegmentMissing : StoreError {
  using StoreError::StoreError;
};

/// @throws SegmentMissing, StoreError for a damaged header.
Chain open_chain(const std::filesystem::path& directory, const CheckpointHead& checkpoint);

}  // namespace diwan
