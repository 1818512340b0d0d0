// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/sequence_suggester.hpp"

#include <optional>
#include <utility>

namespace diwan {

SequenceSuggester::SequenceSuggester(const SearchSpace& space,
                                     std::unique_ptr<PointSequence> sequence, std::uint64_t seed)
    : walk_(space, std::move(sequence), seed), seen_(space) {}

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
  UnseenWalk::Place ahead = place_;
  while (answer.items.size() < count) {
    std::optional<Assignment> point = walk_.next(issued_ + answer.items.size(), seen_, ahead);
    if (!point) {
      answer.exhausted = true;
      break;
    }
    if (answer.items.empty()) {
      place_ = ahead;
    }
    seen_.add(*point);
    answer.items.push_back({.assignment = std::move(*point), .labels = {}, .parent = {}});
  }
  for (const Suggestion& suggestion : answer.items) {
    seen_.remove(suggestion.assignment);
  }
  return answer;
}

}  // namespace diwan
