// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// The metric names a collector was made with; a name is found by exact comparison.
class MetricNames {
 public:
  explicit MetricNames(std::vector<std::string> names) : names_(std::move(names)) {}

  std::size_t size() const { return names_.size(); }
  /// Length of the longest name.
  std::size_t longest() const;

  /// Where the name stands; the first place where it was given twice.
  std::optional<std::uint32_t> find(std::string_view name) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) {
        return static_cast<std::uint32_t>(i);
      }
    }
    return std::nullopt;
  }

  /// Whether the line holds a name anywhere.
  bool occur_in(std::string_view line) const;
  /// No name begins in `text` before this place.
  std::size_t none_before(std::string_view text) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace diwan
