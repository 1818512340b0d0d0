// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/labels.hpp"

#include <charconv>
#include <string>

namespace diwan {
namespace {

std::optional<std::size_t> number(const Labels& labels, const char* name) {
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

}  // namespace

Labels to_labels(const RungLabels& place) {
  return {{"bracket", std::to_string(place.bracket)}, {"rung", std::to_string(place.rung)}};
}

std::optional<RungLabels> rung_labels(const Labels& labels) {
  const auto bracket = number(labels, "bracket");
  const auto rung = number(labels, "rung");
  return bracket && rung ? std::optional(RungLabels{.bracket = *bracket, .rung = *rung})
                         : std::nullopt;
}

}  // namespace diwan
