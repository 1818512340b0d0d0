// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "algorithms/sequence.hpp"

namespace diwan {

/// The Sobol sequence in base 2 with the direction numbers of Joe and Kuo (new-joe-kuo-6.21201), in
/// the Gray code order of Antonov and Saleev.
class Sobol {
 public:
  static constexpr std::size_t most_dimensions = 1111;

  /// @throws std::invalid_argument for more than most_dimensions.
  explicit Sobol(std::size_t dimensions);

  std::size_t dimensions() const { return directions_.size(); }
  /// The 32 binary digits of one coordinate of point `index`, which counts modulo 2^32.
  std::uint32_t digits(std::size_t dimension, std::uint64_t index) const;

 private:
  std::vector<std::array<std::uint32_t, 32>> directions_;
};

/// Owen's nested uniform scrambling of 32 binary digits, approximated by a hash in which each digit
/// depends on the higher ones alone [Laine and Karras 2011; constants of Vegdahl 2021].
std::uint32_t owen_scrambled(std::uint32_t digits, std::uint32_t seed);

/// Scrambled Sobol points: 2^m of them from a multiple of 2^m put one coordinate into each 2^m-th
/// part of the unit interval. Below 2^-32 the coordinates are drawn.
class SobolSequence : public PointSequence {
 public:
  SobolSequence(const SearchSpace& space, std::uint64_t seed);
  Assignment at(std::uint64_t position) const override;
  /// The point of the unit cube behind at().
  std::vector<double> unit(std::uint64_t position) const;

 private:
  SearchSpace space_;
  Sobol sobol_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> scramble_;  ///< one seed for each dimension
};

/// Points that cover a space of any size evenly: scrambled Sobol points, or random ones where it
/// has more dimensions than there are direction numbers.
std::unique_ptr<PointSequence> even_sequence(const SearchSpace& space, std::uint64_t seed);

}  // namespace diwan
