// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace diwan {

/// The text as one word of a POSIX shell: as it is where that is safe, else in single quotes.
std::string shell_quote(std::string_view text);
/// Words as one command line.
std::string shell_quote(std::span<const std::string> words);

}  // namespace diwan
