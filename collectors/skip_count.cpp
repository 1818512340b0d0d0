// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/skip_count.hpp"

#include <cstddef>

#include "collectors/terminal_text.hpp"

namespace diwan {
namespace {

constexpr std::size_t most_examples = 5;

}  // namespace

void count_skipped(Skipped& skipped, std::string_view line) {
  constexpr std::size_t longest_example_bytes = 200;
  ++skipped.count;
  if (skipped.examples.size() < most_examples) {
    skipped.examples.push_back(printable(line, longest_example_bytes));
  }
}

void add_skipped(Skipped& sum, const Skipped& more) {
  sum.count += more.count;
  for (const std::string& example : more.examples) {
    if (sum.examples.size() < most_examples) {
      sum.examples.push_back(example);
    }
  }
}

std::string sentence(const Skipped& skipped) {
  if (skipped.count == 0) {
    return {};
  }
  return skipped.examples.front() +
         (skipped.count == 1 ? "" : ", and " + std::to_string(skipped.count - 1) + " more");
}

}  // namespace diwan
