// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// A piece of a template's text: fixed, `${trialParameters.NAME}` or `${trialSpec.KEY}`.
struct Segment {
  enum class Kind { text, parameter, metadata };
  Kind kind = Kind::text;
  std::string text;  ///< the fixed text, NAME or KEY
  bool operator==(const Segment&) const = default;
};

/// Cuts a text at its placeholders; joined again it is the same text.
std::vector<Segment> split_placeholders(std::string_view text);

/// KEY of the first `${trialSpec.KEY}` in a trial parameter's reference; nothing if it has none,
/// and so names a parameter.
std::optional<std::string> metadata_key(std::string_view reference);

/// k of `Labels[k]` or `Annotations[k]`, for `word` Labels or Annotations.
std::optional<std::string> bracketed(std::string_view key, std::string_view word);

/// What looks like a placeholder in a fixed text and is none (`${trialParameter.x}`, an unclosed
/// one), with how to mend it.
std::optional<std::string> mistaken_placeholder(std::string_view text);

}  // namespace diwan
