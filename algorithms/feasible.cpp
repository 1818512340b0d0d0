// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/feasible.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "algorithms/sequence.hpp"

namespace diwan {

std::optional<SettingProblem> nothing_allowed(const Problem& problem) {
  const SpaceConditions& conditions = problem.conditions;
  if (!conditions.has_constraint()) {
    return std::nullopt;
  }
  constexpr std::uint64_t most_counted = std::uint64_t{1} << 20;
  constexpr std::uint64_t drawn = 100'000;
  const std::optional<std::uint64_t> all = problem.space.cardinality();
  const bool counted = all && *all <= most_counted;
  std::unique_ptr<PointSequence> sequence;
  if (counted) {
    sequence = std::make_unique<GridSequence>(problem.space, false, 0);
  } else {
    sequence = std::make_unique<RandomSequence>(problem.space, 0);
  }
  const std::uint64_t looked_at = counted ? *all : drawn;
  std::vector<std::uint64_t> refused(conditions.constraints().size());
  for (std::uint64_t i = 0; i < looked_at; ++i) {
    const Assignment assignment = conditions.canonical(sequence->at(i));
    if (conditions.allows(assignment)) {
      return std::nullopt;
    }
    for (std::size_t c = 0; c < refused.size(); ++c) {
      refused[c] += conditions.keeps(c, assignment) ? 0 : 1;
    }
  }
  const auto worst =
      static_cast<std::size_t>(std::max_element(refused.begin(), refused.end()) - refused.begin());
  const std::string number = std::to_string(looked_at);
  SettingProblem nothing;
  nothing.constraint = worst;
  nothing.what =
      (counted ? "none of all " + number + " combinations of values keeps the constraints"
               : "none of " + number + " random points keeps the constraints") +
      "; \"" + conditions.constraints()[worst] + "\" refuses " + std::to_string(refused[worst]) +
      " of them";
  nothing.mend =
      "widen it; leave out a parameter that follows from others, and let the trial calculate it";
  return nothing;
}

}  // namespace diwan
