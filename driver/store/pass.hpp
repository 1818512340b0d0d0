// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "driver/store/segment.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// Gives each record once, though a replay may start over.
class Delivery {
 public:
  using Visit = std::function<void(Record&&)>;
  /// @param last  the record given last; 0: none.
  explicit Delivery(const Visit& visit, std::uint64_t last = 0) : visit_(visit), last_(last) {}
  std::uint64_t last() const { return last_; }
  void give(Record&& record);
  /// All whole records of a segment that were not given yet.
  void give(SegmentReader& segment);

 private:
  const Visit& visit_;
  std::uint64_t last_;
};

/// One way through a directory.
struct Pass {
  ReplayReport report;
  std::optional<SegmentReader> tip;  ///< read to its end; nothing where the checkpoint has all
};

/// As replay(), with what it takes to go on from its end.
Pass pass_through(const std::filesystem::path& directory, Delivery& delivery);

/// @throws StoreError unless `next` begins with the record after the last one of `segment`, which
/// was read to its end.
void require_joint(const SegmentReader& segment, const SegmentReader& next);

/// What remained at the end of the tip, into the report.
void note_torn(const SegmentReader& tip, ReplayReport& report);

}  // namespace diwan
