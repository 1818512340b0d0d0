// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>

#include "algorithms/sequence.hpp"
#include "algorithms/space/search_space.hpp"

namespace diwan {

/// The assignments of a finite space that were issued or known. In an infinite space (or one of
/// more than 2^63 assignments) nothing counts as seen.
class Seen {
 public:
  explicit Seen(const SearchSpace& space);

  bool finite() const { return total_.has_value(); }
  std::uint64_t size() const { return ranks_.size(); }
  bool full() const { return total_ && ranks_.size() >= *total_; }
  bool contains(const Assignment& assignment) const;
  /// False when it was there already, or the space is infinite.
  bool add(const Assignment& assignment);
  void remove(const Assignment& assignment);

 private:
  /// Number of an assignment in counting order; an inactive value counts as the first.
  std::uint64_t rank(const Assignment& assignment) const;

  SearchSpace space_;
  std::optional<std::uint64_t> total_;
  std::unordered_set<std::uint64_t> ranks_;  // asked only whether it contains, never iterated
};

/// Takes the points of a sequence in order and leaves out what was seen.
///
/// In a finite space the next point is the first unseen one of the sequence. A sequence that keeps
/// repeating itself (rare values late) is given up for this point after 16 positions for each point
/// seen, and the first unseen one in an order drawn from the seed is taken. In an infinite space
/// position n is the n-th point issued, whoever chose the ones before.
class UnseenWalk {
 public:
  /// Positions before which everything has been seen: they change speed, not answers.
  struct Place {
    std::uint64_t in_sequence = 0;
    std::uint64_t in_all = 0;
  };

  UnseenWalk(const SearchSpace& space, std::unique_ptr<PointSequence> sequence, std::uint64_t seed);

  /// The point after `issued` ones, moving `place` on; nothing when all have been seen.
  std::optional<Assignment> next(std::uint64_t issued, const Seen& seen, Place& place) const;

 private:
  std::unique_ptr<PointSequence> sequence_;
  std::unique_ptr<PointSequence> all_;  ///< of a finite space, in seeded order
};

}  // namespace diwan
