// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diwan {

/// The text without the blanks around it.
std::string_view trimmed(std::string_view text);

/// What every terminal control sequence begins with.
inline constexpr char escape_character = '\x1b';

/// The line without terminal control sequences (colours, cursor moves, titles), appended to
/// nothing: `scratch` holds the result where there was one to remove, else the line itself is given
/// back.
std::string_view without_escape_sequences(std::string_view line, std::string& scratch);

/// Text that is safe to print and to write as JSON: at most `limit_bytes` of it, cut between
/// characters, with U+FFFD in place of control characters (tab is kept) and of what is not UTF-8.
std::string printable(std::string_view text, std::size_t limit_bytes);

}  // namespace diwan
