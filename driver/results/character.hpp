// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string_view>

namespace diwan {

/// A character of a UTF-8 text, as a terminal shows it.
struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;  ///< two for a wide one (CJK, emoji), none for one that joins the last
  bool control = false;     ///< or one, not seen, that changes what stands around it
};

/// The first character of a text that is not empty. A byte that is not UTF-8 is one by itself.
Character first_character(std::string_view text);

}  // namespace diwan
