// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/label_number.hpp"

#include <charconv>
#include <string>

namespace diwan {

std::optional<std::size_t> label_number(const Labels& labels, const char* name) {
  const auto found = labels.find(name);
  if (found == labels.end()) {
    return std::nullopt;
  }
  const std::string& text = found->second;
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

}  // namespace diwan
