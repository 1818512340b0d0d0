// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <deque>
#include <filesystem>

namespace diwan {

/// Empty directories that one run no longer needs and the next one does.
///
/// Every run gets a checkpoint directory and most leave it empty. To rename it to where the next
/// run wants it costs a fraction of removing it and making another.
class SpareDirectories {
 public:
  SpareDirectories() = default;
  /// Removes those that are left and empty.
  ~SpareDirectories();
  SpareDirectories(const SpareDirectories&) = delete;
  SpareDirectories& operator=(const SpareDirectories&) = delete;

  /// Makes a directory with mode 0700; one that is there already stays as it is.
  /// @throws std::system_error
  void make(const std::filesystem::path& path);
  /// A directory that nobody will use again: if it is empty it may go, now or later, or serve as
  /// another one.
  void take(const std::filesystem::path& path);

 private:
  std::deque<std::filesystem::path> spare_;  ///< the oldest first
};

/// mkdir with mode 0700.
/// @return false if it was there already
/// @throws std::system_error
bool make_directory(const std::filesystem::path& path);

}  // namespace diwan
