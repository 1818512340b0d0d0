// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "driver/store/pass.hpp"
#include "driver/store/segment.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// Follows a directory while others write it. A look reads what is new: the bytes behind the last
/// whole record of the journal, and of a new checkpoint the records that were not given yet. Takes
/// no lock and writes nothing; opens files anew each time, as NFS wants it for what other hosts
/// wrote.
class Follower {
 public:
  explicit Follower(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Calls `visit` with the records that were not given yet, in order. False: what was given does
  /// not count any more, since another owner took the directory from one that went on writing; the
  /// next look begins with record 1.
  /// @throws StoreError as replay() does. What was visited then was not all; begin with another
  ///   follower.
  [[nodiscard]] bool look(const std::function<void(Record&&)>& visit);
  /// As of the last look.
  const ReplayReport& report() const { return report_; }

 private:
  enum class Step { done, elsewhere, anew };
  Step go_on(Delivery& delivery);
  bool begin_anew();
  bool checkpoint_is_the_last_seen() const;

  /// What tells a file from the one that took its name.
  struct Trace {
    std::uint64_t file = 0;
    std::int64_t time = 0;
    bool operator==(const Trace&) const = default;
  };
  static std::optional<Trace> trace_of(const std::filesystem::path& file);

  std::filesystem::path directory_;
  ReplayReport report_;
  std::optional<SegmentReader> tip_;
  std::optional<Trace> checkpoint_;  ///< that held all, at the last look
};

}  // namespace diwan
