// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "driver/cli/verb.hpp"

namespace diwan::completion {

/// A word that may stand at the cursor.
struct Candidate {
  std::string word;
  std::string what;  ///< a few words about it; may be empty
  bool operator==(const Candidate&) const = default;
};

/// All that may stand there.
struct Candidates {
  enum class Paths { none, files, folders };
  std::vector<Candidate> words;
  Paths paths = Paths::none;  ///< these too, which the shell finds and quotes itself
};

/// A value that only an experiment tells: one of its trials or columns.
struct Wanted {
  Takes::Kind kind = Takes::Kind::trial;
  std::string directory;  ///< as it was typed
  std::string typed;      ///< how the value begins
};
using Asked = std::function<std::vector<Candidate>(const Wanted& wanted)>;

/// What may follow `diwan WORDS…` in place of `current`, the word at the cursor as far as it was
/// typed. Where it begins with `--option=`, so do the candidates.
Candidates complete(std::span<const std::string> words, const std::string& current,
                    const Asked& asked);

}  // namespace diwan::completion
