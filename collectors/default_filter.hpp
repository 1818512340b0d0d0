// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace diwan {

/// A name and its number as they stand in a line.
struct NamedValue {
  std::string_view name;
  std::string_view value;
  bool operator==(const NamedValue&) const = default;
};

/// Gives the matches of default_filter() in a line one after the other: the same as RE2 finds, an
/// order of magnitude faster. O(length) for all of them together.
class DefaultFilterScan {
 public:
  explicit DefaultFilterScan(std::string_view line) : line_(line) {}

  /// The next match, or nothing when there is none any more.
  std::optional<NamedValue> next();

 private:
  std::string_view line_;
  std::size_t searched_ = 0;  // '=' before this place were seen
  std::size_t matched_ = 0;   // the last match ended here: names begin at or after it
};

}  // namespace diwan
