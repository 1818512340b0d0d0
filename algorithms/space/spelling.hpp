// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace diwan {

/// The one of `names` that `word` was probably meant to be: the fewest insertions, deletions,
/// replacements and swaps of neighbours away, at most a third of its letters (of two, one); a name
/// that begins with `word` is no further than that. Letter case and _ against - only decide between
/// names that are equally far. Nothing when all are further. Ties keep the earlier.
std::optional<std::string> nearest_name(std::string_view word, std::span<const std::string> names);

}  // namespace diwan
