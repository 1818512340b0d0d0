// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>

#include "algorithms/sequence.hpp"
#include "algorithms/space/search_space.hpp"
#include "algorithms/space/space_conditions.hpp"

namespace diwan {

/// The assignments that were issued or known, and by them what may still be suggested.
///
/// Ask fresh() of every point that is about to be suggested: it marks parameters that do not apply,
/// refuses what the constraints refuse, and what was seen.
class Seen {
 public:
  explicit Seen(SearchSpace space, SpaceConditions conditions = {});

  const SpaceConditions& conditions() const { return conditions_; }
  bool finite() const { return total_.has_value(); }
  std::uint64_t size() const { return keys_.size(); }
  /// Is there surely nothing left? Where conditions leave assignments out it may be so unseen.
  bool full() const { return total_ && keys_.size() >= *total_; }

  /// The canonical form of an assignment that the constraints allow.
  std::optional<Assignment> allowed(Assignment assignment) const;
  /// The canonical form of an assignment that may be suggested: allowed and not seen.
  std::optional<Assignment> fresh(Assignment assignment) const;

  bool contains(const Assignment& assignment) const { return keys_.contains(key(assignment)); }
  /// False when it was there already, or is none of the space's: outside it, or without a value
  /// that it needs.
  bool add(const Assignment& assignment);
  void remove(const Assignment& assignment) { keys_.erase(key(assignment)); }

 private:
  /// In a finite space the number in counting order, an inactive value counting as the first:
  /// different for complete assignments. Else a hash.
  std::uint64_t key(const Assignment& assignment) const;

  SearchSpace space_;
  SpaceConditions conditions_;
  std::optional<std::uint64_t> total_;
  std::unordered_set<std::uint64_t> keys_;  // asked only whether it contains, never iterated
};

/// Takes the points of a sequence in order and leaves out what was seen or is refused.
///
/// In a finite space, and where there are conditions, the next point is the first fresh one of the
/// sequence. In a finite space a sequence that keeps repeating itself (rare values late) is given
/// up for this point after 16 positions for each point seen (256 where there are conditions), and
/// the first fresh one in an order drawn from the seed is taken. Constraints that leave less than
/// one point in a million are taken to leave none. A space that is finite but for what conditions
/// leave out is taken to be finished after 2^14 allowed positions for each point seen. In other
/// spaces position n is the n-th point issued, whoever chose the ones before.
class UnseenWalk {
 public:
  /// Positions before which everything has been seen: they change speed, not answers.
  struct Place {
    std::uint64_t in_sequence = 0;
    std::uint64_t allowed = 0;  ///< of those, by the constraints
    std::uint64_t in_all = 0;
  };

  UnseenWalk(const SearchSpace& space, std::unique_ptr<PointSequence> sequence, std::uint64_t seed);

  /// The point after `issued` ones, moving `place` on, under the conditions of `seen`; nothing when
  /// all have been seen.
  std::optional<Assignment> next(std::uint64_t issued, const Seen& seen, Place& place) const;

 private:
  std::unique_ptr<PointSequence> sequence_;
  std::unique_ptr<PointSequence> all_;  ///< of a finite space, in seeded order
};

}  // namespace diwan
