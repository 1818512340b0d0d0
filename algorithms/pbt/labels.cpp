// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/pbt/labels.hpp"

#include <string>

#include "algorithms/label_number.hpp"

namespace diwan {

Labels to_labels(const MemberLabels& place) {
  return {{"generation", std::to_string(place.generation)},
          {"member", std::to_string(place.member)}};
}

std::optional<MemberLabels> member_labels(const Labels& labels) {
  const auto generation = label_number(labels, "generation");
  const auto member = label_number(labels, "member");
  return generation && member && *member >= 1
             ? std::optional(MemberLabels{.generation = *generation, .member = *member})
             : std::nullopt;
}

}  // namespace diwan
