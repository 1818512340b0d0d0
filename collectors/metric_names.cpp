// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/metric_names.hpp"

#include <algorithm>

#include "collectors/find_text.hpp"

namespace diwan {

std::size_t MetricNames::longest() const {
  std::size_t longest = 0;
  for (const std::string& name : names_) {
    longest = std::max(longest, name.size());
  }
  return longest;
}

bool MetricNames::occur_in(std::string_view line) const {
  return std::any_of(names_.begin(), names_.end(), [line](const std::string& name) {
    return !name.empty() && find_text(line, name) != std::string_view::npos;
  });
}

std::size_t MetricNames::none_before(std::string_view text) const {
  std::size_t place = text.size();
  for (const std::string& name : names_) {
    const std::string_view before = text.substr(0, std::min(place + name.size(), text.size()));
    place = name.empty() ? place : std::min(place, find_text(before, name));
  }
  return place;
}

}  // namespace diwan
