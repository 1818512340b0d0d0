// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "driver/core/event.hpp"
#include "driver/store/chain.hpp"
#include "driver/store/checkpoint_layout.hpp"

namespace diwan {

/// An open checkpoint; stays whole when another takes its name.
class CheckpointReader {
 public:
  /// Nothing if there is no such file. @throws StoreError if it is no checkpoint of this version.
  static std::optional<CheckpointReader> open(const std::filesystem::path& path);

  const CheckpointHead& head() const { return head_; }
  /// Calls visit with the records after `after` up to `until`, in order, with memory for a few
  /// blocks.
  /// @throws StoreError if one is missing or cannot be read.
  void records(std::uint64_t after, std::uint64_t until,
               const std::function<void(Record&&)>& visit) const;

  hid_t file() const { return file_; }

 private:
  CheckpointReader() = default;
  static CheckpointReader open_there(const std::filesystem::path& path);

  std::filesystem::path path_;
  h5::Handle file_;
  RecordDatasets datasets_;
  CheckpointHead head_;
};

}  // namespace diwan
