// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>

#include "algorithms/space/assignment.hpp"

namespace diwan {

/// Where a trial stands in a population, as its labels say: `generation`, which is how many trials
/// its weights went through before, and `member`, from 1.
struct MemberLabels {
  std::size_t generation = 0;
  std::size_t member = 1;
};

Labels to_labels(const MemberLabels& place);
/// Nothing where the labels name no place.
std::optional<MemberLabels> member_labels(const Labels& labels);

}  // namespace diwan
