// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/spelling.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

namespace diwan {
namespace {

constexpr std::size_t longest = 200;       // no name is; the cost is quadratic
constexpr std::size_t edit = 2 * longest;  // more than all differences in case together

char folded(char c) {
  return c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::size_t replacement(char a, char b) {
  if (a == b) {
    return 0;
  }
  return folded(a) == folded(b) ? 1 : edit;
}

/// Damerau's distance with adjacent swaps (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j * edit;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i * edit;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min(
          {last[j] + edit, row[j - 1] + edit, last[j - 1] + replacement(a[i - 1], b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + edit);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view word, std::span<const std::string> names) {
  constexpr std::size_t shortest_beginning = 3;
  std::optional<std::string> best;
  std::size_t least = 0;
  if (word.size() > longest) {
    return best;
  }
  for (const std::string& name : names) {
    const std::size_t letters = std::max(word.size(), name.size());
    const std::size_t most_edits = letters == 2 ? 1 : letters / 3;
    const bool begins = word.size() >= shortest_beginning && name.starts_with(word);
    const std::size_t away =
        begins ? std::min(distance(word, name), edit * most_edits) : distance(word, name);
    if (away / edit <= most_edits && (!best || away < least)) {
      best = name;
      least = away;
    }
  }
  return best;
}

}  // namespace diwan
