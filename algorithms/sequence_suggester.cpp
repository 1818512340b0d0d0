// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/sequence_suggester.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace diwan {

SequenceSuggester::SequenceSuggester(const Problem& problem,
                                     std::unique_ptr<PointSequence> sequence)
    : walk_(problem.space, std::move(sequence), problem.seed),
      seen_(problem.space, problem.conditions) {}

void SequenceSuggester::tell(const Fact& fact) {
  if (const auto* const issued = std::get_if<Issued>(&fact)) {
    ++issued_;
    seen_.add(issued->assignment);
  } else if (const auto* const known = std::get_if<Known>(&fact)) {
    seen_.add(known->assignment);
  }
}

Suggestions SequenceSuggester::ask(std::size_t count) const {
  Suggestions answer;
  std::vector<Assignment> lent;
  UnseenWalk::Place ahead = place_;
  while (answer.items.size() < count) {
    std::optional<Assignment> point = walk_.next(issued_ + answer.items.size(), seen_, ahead);
    if (answer.items.empty()) {
      place_ = ahead;
    }
    if (!point) {
      answer.exhausted = true;
      break;
    }
    if (seen_.add(*point)) {
      lent.push_back(*point);
    }
    answer.items.push_back({.assignment = std::move(*point), .labels = {}, .parent = {}});
  }
  for (const Assignment& assignment : lent) {
    seen_.remove(assignment);
  }
  return answer;
}

}  // namespace diwan
