// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/sequence.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <vector>

#include "algorithms/rng.hpp"
#include "algorithms/streams.hpp"

namespace diwan {

Assignment RandomSequence::at(std::uint64_t position) const {
  Draw draw(seed_, streams::random, position);
  std::vector<double> unit(space_.size());
  for (double& u : unit) {
    u = draw.uniform();
  }
  return space_.decode(unit);
}

GridSequence::GridSequence(const SearchSpace& space, bool shuffled, std::uint64_t seed)
    : space_(space), shuffled_(shuffled), seed_(seed), length_(space.cardinality().value()) {}

Assignment GridSequence::at(std::uint64_t position) const {
  std::uint64_t rest = shuffled_ ? permuted(position, length_, seed_) : position;
  Assignment assignment;
  assignment.values.resize(space_.size());
  for (std::size_t d = space_.size(); d-- > 0;) {
    const std::uint64_t count = *space_.cardinality(d);
    assignment.values[d] = space_.value_at(d, rest % count);
    rest /= count;
  }
  return assignment;
}

std::uint64_t permuted(std::uint64_t i, std::uint64_t n, std::uint64_t seed) {
  constexpr std::uint32_t rounds = 8;
  const int half = std::max(1, (static_cast<int>(std::bit_width(n - 1)) + 1) / 2);
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  std::uint64_t x = i;
  do {
    std::uint64_t left = x >> half;
    std::uint64_t right = x & mask;
    for (std::uint32_t round = 0; round < rounds; ++round) {
      const std::uint64_t mixed = Draw(seed, streams::permutation + round, right).bits() & mask;
      const std::uint64_t next = left ^ mixed;
      left = right;
      right = next;
    }
    x = (left << half) | right;
  } while (x >= n);  // x wanders on the cycle of i, which returns below n at the latest at i
  return x;
}

}  // namespace diwan
