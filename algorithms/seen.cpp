// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/seen.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace diwan {

Seen::Seen(const SearchSpace& space) : space_(space), total_(space.cardinality()) {}

std::uint64_t Seen::rank(const Assignment& assignment) const {
  std::uint64_t rank = 0;
  for (std::size_t d = 0; d < space_.size(); ++d) {
    const double value = assignment.values.at(d);
    rank = rank * *space_.cardinality(d) + (std::isnan(value) ? 0 : space_.axis(d).index_of(value));
  }
  return rank;
}

bool Seen::contains(const Assignment& assignment) const {
  return total_ && ranks_.contains(rank(assignment));
}

bool Seen::add(const Assignment& assignment) {
  return total_ && ranks_.insert(rank(assignment)).second;
}

void Seen::remove(const Assignment& assignment) {
  if (total_) {
    ranks_.erase(rank(assignment));
  }
}

UnseenWalk::UnseenWalk(const SearchSpace& space, std::unique_ptr<PointSequence> sequence,
                       std::uint64_t seed)
    : sequence_(std::move(sequence)) {
  if (space.cardinality()) {
    all_ = std::make_unique<GridSequence>(space, true, seed);
  }
}

std::optional<Assignment> UnseenWalk::next(std::uint64_t issued, const Seen& seen,
                                           Place& place) const {
  if (!seen.finite()) {
    return sequence_->at(issued);
  }
  if (seen.full()) {
    return std::nullopt;
  }
  constexpr std::uint64_t patience = 16;
  const std::uint64_t limit = sequence_->length().value_or(patience * (seen.size() + 64));
  for (; place.in_sequence < limit; ++place.in_sequence) {
    const Assignment point = sequence_->at(place.in_sequence);
    if (!seen.contains(point)) {
      return point;
    }
  }
  for (; place.in_all < *all_->length(); ++place.in_all) {
    const Assignment point = all_->at(place.in_all);
    if (!seen.contains(point)) {
      return point;
    }
  }
  return std::nullopt;
}

}  // namespace diwan
