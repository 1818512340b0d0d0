// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace diwan {

/// The end of a log that may be growing, line by line, as it may be shown on a terminal.
class LogEnd {
 public:
  /// Reads at most the last 256 kB of the file, where it has changed. A file that is not there has
  /// no lines; nor has what is no file, such as a FIFO, which would hold up its reader.
  void look(const std::filesystem::path& file);
  const std::vector<std::string>& lines() const { return lines_; }
  /// Is there more before these lines?
  bool is_cut() const { return cut_; }

 private:
  std::filesystem::path file_;
  std::uint64_t size_ = 0;
  std::int64_t changed_ = 0;
  std::vector<std::string> lines_;
  bool cut_ = false;
};

}  // namespace diwan
