// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "driver/store/disk.hpp"

namespace diwan {

/// A short file that has its place on the disk before anybody knows what it will say, so that it
/// can be written on a full one. Without its name by then it is removed.
class ReservedFile {
 public:
  ReservedFile() = default;
  /// @throws DiskFailure where there is no room even now.
  ReservedFile(const std::filesystem::path& directory, std::size_t bytes);
  ReservedFile(ReservedFile&& other) noexcept { swap(other); }
  ReservedFile& operator=(ReservedFile&& other) noexcept {
    swap(other);
    return *this;
  }
  ReservedFile(const ReservedFile&) = delete;
  ReservedFile& operator=(const ReservedFile&) = delete;
  ~ReservedFile();

  /// Gives it its bytes and its name in that directory, in place of what has it. @throws
  /// StoreError.
  void become(const std::filesystem::path& path, std::string_view bytes);

 private:
  void swap(ReservedFile& other) noexcept;

  disk::File file_;
  std::filesystem::path temporary_;  ///< empty once it has its name
};

}  // namespace diwan
