// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace diwan {

/// Something about a search that a person should look at. docs/notices.md has each kind with its
/// rule.
struct SearchNotice {
  enum class Kind { impossible_value, equal_results, plateau, edge, stalled };
  Kind kind = Kind::plateau;
  /// What it is about, so that it is told once: a metric's index, a parameter's, a trial's number.
  std::uint32_t subject = 0;
  /// One line: what is seen, and what to do; in commands DIR stands for the directory.
  std::string text;
  bool operator==(const SearchNotice&) const = default;
};
/// Its name in `status -o json`.
std::string_view to_string(SearchNotice::Kind kind);

/// The text with this directory in the commands that it advises.
std::string text_for(const SearchNotice& notice, const std::filesystem::path& directory);

}  // namespace diwan
