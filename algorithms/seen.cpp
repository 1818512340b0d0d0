// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/seen.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>

#include "algorithms/space/mixed_bits.hpp"

namespace diwan {

Seen::Seen(SearchSpace space, SpaceConditions conditions)
    : space_(std::move(space)), conditions_(std::move(conditions)), total_(space_.cardinality()) {}

std::optional<Assignment> Seen::allowed(Assignment assignment) const {
  assignment = conditions_.canonical(std::move(assignment));
  return conditions_.allows(assignment) ? std::optional(std::move(assignment)) : std::nullopt;
}

std::optional<Assignment> Seen::fresh(Assignment assignment) const {
  std::optional<Assignment> canonical = allowed(std::move(assignment));
  return canonical && !contains(*canonical) ? std::move(canonical) : std::nullopt;
}

std::uint64_t Seen::key(const Assignment& assignment) const {
  std::uint64_t key = 0;
  for (std::size_t d = 0; d < space_.size(); ++d) {
    const double value = assignment.values.at(d);
    if (total_) {
      key = key * *space_.cardinality(d) + (std::isnan(value) ? 0 : space_.axis(d).index_of(value));
    } else {
      // -0 counts as 0.
      key = mixed_bits(key + (std::isnan(value) ? 1 : std::bit_cast<std::uint64_t>(value + 0.0)));
    }
  }
  return key;
}

bool Seen::add(const Assignment& assignment) {
  return space_.contains(assignment) && conditions_.complete(assignment) &&
         keys_.insert(key(assignment)).second;
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
  const bool conditioned = seen.conditions().any();
  if (!seen.finite() && !conditioned) {
    return sequence_->at(issued);
  }
  if (seen.full()) {
    return std::nullopt;
  }
  // Where points may be refused no search goes further than a million positions for each seen.
  constexpr std::uint64_t boundless = ~std::uint64_t{0};
  const std::uint64_t bound = conditioned ? (seen.size() + 1) << 20 : boundless;
  const std::uint64_t patience = (conditioned ? 256 : 16) * (seen.size() + 64);
  const std::uint64_t length = sequence_->length().value_or(all_ ? patience : boundless);
  // Points of an infinite space hardly ever repeat each other, unless they are but a few.
  const std::uint64_t repeats = seen.finite() ? boundless : (seen.size() + 1) << 14;
  for (const std::uint64_t limit = std::min(length, bound);
       place.in_sequence < limit && place.allowed < repeats; ++place.in_sequence) {
    if (std::optional<Assignment> point = seen.allowed(sequence_->at(place.in_sequence))) {
      if (!seen.contains(*point)) {
        return point;
      }
      ++place.allowed;
    }
  }
  for (const std::uint64_t limit = all_ ? std::min(*all_->length(), bound) : 0;
       place.in_all < limit; ++place.in_all) {
    if (std::optional<Assignment> point = seen.fresh(all_->at(place.in_all))) {
      return point;
    }
  }
  return std::nullopt;
}

}  // namespace diwan
