// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace diwan {

/// Makes names of one's own into paths of files below one folder, as MLflow takes them: letters,
/// digits, _ - . : blank, and / between folders. Every other character becomes _, a long name is
/// cut, and no two paths are the same or within each other.
class FileNames {
 public:
  /// Longest that a name is kept. File systems take 255 bytes, MLflow 250 characters.
  explicit FileNames(std::size_t longest = 200) : longest_(longest) {}

  std::string of(std::string_view name);

 private:
  bool taken(const std::string& path) const;

  std::size_t longest_;
  std::set<std::string> used_;
};

/// The text in UTF-8, a byte that is none as U+FFFD, cut to `longest` bytes with "…".
/// @pre longest is not below the three bytes of that sign
std::string utf8_text(std::string_view text, std::size_t longest);

}  // namespace diwan
