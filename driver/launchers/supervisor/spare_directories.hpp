// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace diwan {

/// Empty directories that one run no longer needs and the next one does.
///
/// Every run gets a checkpoint directory and most leave it empty. To rename it to where the next
/// run wants it costs a hundredth of removing it and making another on some file systems.
class SpareDirectories {
 public:
  /// Spare ones lie in `folder`, by names that begin with a dot, until the end.
  explicit SpareDirectories(std::filesystem::path folder) : folder_{std::move(folder)} {}
  ~SpareDirectories();
  SpareDirectories(const SpareDirectories&) = delete;
  SpareDirectories& operator=(const SpareDirectories&) = delete;

  /// Makes a directory with mode 0700; one that is there already stays as it is.
  /// @throws std::system_error
  void make(const std::filesystem::path& path);
  /// Takes an empty directory away; one with something in it stays.
  void take_if_empty(const std::filesystem::path& path);

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> spare_;
  std::uint64_t made_ = 0;
};

/// mkdir with mode 0700.
/// @return false if it was there already
/// @throws std::system_error
bool make_directory(const std::filesystem::path& path);

}  // namespace diwan
