// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>

#include "driver/launchers/supervisor/descriptor.hpp"

namespace diwan {

/// Learns from the kernel (inotify) which files had a name and have another now, so that none is
/// missed that was renamed between two looks. Where the kernel refuses, nothing is learned.
class RotationWatch {
 public:
  /// Watches the folder of `path`, which must be there, from now on.
  explicit RotationWatch(const std::filesystem::path& path);

  /// Learns what has happened since the last call.
  void update();
  /// Where the oldest of them is now; nothing where there is none.
  std::optional<std::filesystem::path> oldest() const;
  /// The oldest has been dealt with.
  void drop_oldest();

 private:
  /// A file that had the name, in the order in which they came.
  struct File {
    std::string name;            ///< it has now
    std::uint32_t renaming = 0;  ///< not 0: the kernel has told half of a renaming of this number
    bool left = false;           ///< and the other half did not come with it
  };

  void appeared(const std::string& name);
  void gone(const std::string& name);
  void rename_begins(const std::string& name, std::uint32_t renaming);
  void rename_ends(const std::string& name, std::uint32_t renaming);
  std::deque<File>::const_iterator find_oldest() const;

  std::filesystem::path folder_;
  std::string name_;
  Descriptor events_;
  std::deque<File> files_;
};

}  // namespace diwan
