// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

namespace diwan::view {

void append_utf8(std::string& text, char32_t code);
/// Takes the last character away, where there is one.
void remove_last_character(std::string& text);

}  // namespace diwan::view
