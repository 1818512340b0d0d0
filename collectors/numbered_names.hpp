// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// Names that stand before a number in a text, by '=', ':' or a JSON key's quotes, however a
/// metric could be spelt there: for the hint where the expected one was not found; by_resemblance.
std::vector<std::string> numbered_names(std::string_view text, std::string_view wanted,
                                        std::size_t most);

/// Each name once, at most `most`, those that resemble `wanted` (equal but for case and
/// punctuation, or one within the other) before the others, else in their order.
std::vector<std::string> by_resemblance(std::vector<std::string> names, std::string_view wanted,
                                        std::size_t most);

}  // namespace diwan
