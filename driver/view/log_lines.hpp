// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diwan::view {

/// A log as lines to be shown: colours and other escape sequences left out, of a line that was
/// written over and over (a progress bar) what it was last, tabulators as blanks. Other control
/// characters stay; a canvas makes them harmless.
std::vector<std::string> log_lines(std::string_view bytes);

}  // namespace diwan::view
