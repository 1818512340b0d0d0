// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/labels.hpp"

#include <string>

#include "algorithms/label_number.hpp"

namespace diwan {

Labels to_labels(const RungLabels& place) {
  return {{"bracket", std::to_string(place.bracket)}, {"rung", std::to_string(place.rung)}};
}

std::optional<RungLabels> rung_labels(const Labels& labels) {
  const auto bracket = label_number(labels, "bracket");
  const auto rung = label_number(labels, "rung");
  return bracket && rung ? std::optional(RungLabels{.bracket = *bracket, .rung = *rung})
                         : std::nullopt;
}

}  // namespace diwan
