// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>

#include "algorithms/space/assignment.hpp"

namespace diwan {

/// Where a trial stands, as its labels say: `bracket` and `rung`.
struct RungLabels {
  std::size_t bracket = 0;
  std::size_t rung = 0;
};

Labels to_labels(const RungLabels& place);
/// Nothing where the labels name no place.
std::optional<RungLabels> rung_labels(const Labels& labels);

}  // namespace diwan
