// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/observed.hpp"

#include <limits>

#include "collectors/number.hpp"
#include "collectors/terminal_text.hpp"

namespace diwan {

Observation observed_number(std::uint32_t metric, double value) {
  Observation observation;
  observation.metric = metric;
  observation.value = value;
  return observation;
}

std::optional<Observation> observed_text(std::uint32_t metric, std::string_view text) {
  const std::string_view value = trimmed(text);
  if (value.empty()) {
    return std::nullopt;
  }
  if (const auto number = parse_number(value)) {
    return observed_number(metric, *number);
  }
  Observation observation = observed_number(metric, std::numeric_limits<double>::quiet_NaN());
  observation.text = printable(value, 3 * value.size());  // room for every byte replaced
  return observation;
}

}  // namespace diwan
