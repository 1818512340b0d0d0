// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// Indices of the arguments that a shell takes apart: the word after `-c` of sh, bash, dash, zsh
/// and the like, and of su, wherever in the command they stand.
std::vector<std::size_t> shell_words(const std::vector<std::string>& command);

/// Has the text only characters that no shell gives a meaning: A-Z a-z 0-9 _ . , : / @ % + = -
bool is_shell_safe(std::string_view text);

}  // namespace diwan
