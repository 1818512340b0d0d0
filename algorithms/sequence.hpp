// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "algorithms/space/search_space.hpp"

namespace diwan {

/// Assignments by position, each computed from its position alone.
class PointSequence {
 public:
  PointSequence() = default;
  PointSequence(const PointSequence&) = delete;
  PointSequence(PointSequence&&) = delete;
  PointSequence& operator=(const PointSequence&) = delete;
  PointSequence& operator=(PointSequence&&) = delete;
  virtual ~PointSequence() = default;

  virtual Assignment at(std::uint64_t position) const = 0;
  /// Number of positions; nothing when there is no end.
  virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
};

/// Independent draws from the distributions of the parameters.
class RandomSequence : public PointSequence {
 public:
  RandomSequence(SearchSpace space, std::uint64_t seed) : space_(std::move(space)), seed_(seed) {}
  Assignment at(std::uint64_t position) const override;

 private:
  SearchSpace space_;
  std::uint64_t seed_;
};

/// Every assignment of a finite space once: counting up with the last parameter fastest, or in an
/// order drawn from the seed. Nothing is materialised.
class GridSequence : public PointSequence {
 public:
  /// The space has a cardinality.
  GridSequence(const SearchSpace& space, bool shuffled, std::uint64_t seed);
  Assignment at(std::uint64_t position) const override;
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  SearchSpace space_;
  bool shuffled_;
  std::uint64_t seed_;
  std::uint64_t length_;
};

/// A pseudo-random permutation of 0..n-1 named by the seed: the image of i, computed by itself.
/// Feistel network of 8 rounds on the next even number of bits, walked until it falls below n.
std::uint64_t permuted(std::uint64_t i, std::uint64_t n, std::uint64_t seed);

}  // namespace diwan
