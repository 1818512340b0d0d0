// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// A command line cut into words.
struct ShellWords {
  std::vector<std::string> words;
  bool open = false;  ///< it ends inside quotes, or with a backslash alone
};

/// Cuts a line into words by a POSIX shell's rules of quoting, and by nothing else of a shell:
/// blanks part words; '…' keeps all; in "…" a backslash keeps \, ", $ and `; elsewhere it keeps the
/// next character. No variable, pattern, pipe or redirection means anything.
ShellWords shell_words(std::string_view line);

}  // namespace diwan
