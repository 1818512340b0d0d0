// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// A command to run because something happened.
struct AnnounceOrder {
  std::string option;  ///< "--on-best"
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< the whole of it, NAME=value
  std::string log;                       ///< what it prints is added to this file
  bool operator==(const AnnounceOrder&) const = default;
};

/// How it went.
struct AnnounceEnd {
  std::string option;
  std::string failure;  ///< for people; empty: exit status 0
  bool operator==(const AnnounceEnd&) const = default;
};

/// One line of JSON each, with its line end; a byte that is no UTF-8 is lost.
std::string encode(const AnnounceOrder& order);
std::string encode(const AnnounceEnd& end);
/// Nothing for a line that is none.
std::optional<AnnounceOrder> decode_order(std::string_view line);
std::optional<AnnounceEnd> decode_end(std::string_view line);

}  // namespace diwan
