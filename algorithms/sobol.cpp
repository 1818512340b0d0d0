// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/sobol.hpp"

#include <bit>
#include <span>
#include <stdexcept>
#include <string>

#include "algorithms/rng.hpp"
#include "algorithms/sobol_directions.hpp"
#include "algorithms/streams.hpp"

namespace diwan {
namespace {

constexpr int bits = 32;

std::uint32_t reversed(std::uint32_t x) {
  x = ((x >> 1) & 0x55555555U) | ((x & 0x55555555U) << 1);
  x = ((x >> 2) & 0x33333333U) | ((x & 0x33333333U) << 2);
  x = ((x >> 4) & 0x0f0f0f0fU) | ((x & 0x0f0f0f0fU) << 4);
  x = ((x >> 8) & 0x00ff00ffU) | ((x & 0x00ff00ffU) << 8);
  return (x >> 16) | (x << 16);
}

/// Direction numbers of one dimension from its primitive polynomial (all coefficients as bits,
/// highest degree first) and its first numbers, one for each degree.
std::array<std::uint32_t, bits> directions(std::uint32_t polynomial,
                                           std::span<const std::uint16_t> first) {
  std::array<std::uint32_t, bits> v{};
  const auto degree = static_cast<int>(first.size());
  for (int k = 0; k < bits; ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (k < degree) {
      v.at(at) = std::uint32_t{first[at]} << (bits - 1 - k);
      continue;
    }
    // v_k = a_1 v_{k-1} ^ ... ^ a_{s-1} v_{k-s+1} ^ v_{k-s} ^ (v_{k-s} >> s)
    const std::uint32_t last = v.at(at - first.size());
    std::uint32_t x = last ^ (last >> degree);
    for (int i = 1; i < degree; ++i) {
      if (((polynomial >> (degree - i)) & 1U) != 0) {
        x ^= v.at(at - static_cast<std::size_t>(i));
      }
    }
    v.at(at) = x;
  }
  return v;
}

}  // namespace

Sobol::Sobol(std::size_t dimensions) {
  if (dimensions > most_dimensions) {
    throw std::invalid_argument("the Sobol sequence has " + std::to_string(most_dimensions) +
                                " dimensions here, not " + std::to_string(dimensions));
  }
  directions_.reserve(dimensions);
  std::span<const std::uint16_t> table = sobol_table();
  for (std::size_t d = 0; d < dimensions; ++d) {
    if (d == 0) {
      // Van der Corput: the identity.
      std::array<std::uint32_t, bits> v{};
      for (std::size_t k = 0; k < v.size(); ++k) {
        v.at(k) = std::uint32_t{1} << (bits - 1 - static_cast<int>(k));
      }
      directions_.push_back(v);
      continue;
    }
    const std::uint32_t polynomial = table.front();
    const auto degree = static_cast<std::size_t>(std::bit_width(polynomial) - 1);
    directions_.push_back(directions(polynomial, table.subspan(1, degree)));
    table = table.subspan(1 + degree);
  }
}

std::uint32_t Sobol::digits(std::size_t dimension, std::uint64_t index) const {
  const std::array<std::uint32_t, bits>& v = directions_[dimension];
  auto gray = static_cast<std::uint32_t>(index ^ (index >> 1));
  std::uint32_t x = 0;
  for (; gray != 0; gray &= gray - 1) {
    x ^= v[static_cast<std::size_t>(std::countr_zero(gray))];
  }
  return x;
}

std::uint32_t owen_scrambled(std::uint32_t digits, std::uint32_t seed) {
  std::uint32_t x = reversed(digits);
  x ^= x * 0x3d20adeaU;
  x += seed;
  x *= (seed >> 16) | 1U;
  x ^= x * 0x05526c56U;
  x ^= x * 0x53a22864U;
  return reversed(x);
}

SobolSequence::SobolSequence(const SearchSpace& space, std::uint64_t seed)
    : space_(space), sobol_(space.size()), seed_(seed) {
  for (std::size_t d = 0; d < space.size(); ++d) {
    scramble_.push_back(static_cast<std::uint32_t>(Draw(seed, streams::sobol_scramble + d).bits()));
  }
}

std::vector<double> SobolSequence::unit(std::uint64_t position) const {
  std::vector<double> point(space_.size());
  Draw rest(seed_, streams::sobol_rest, position);
  for (std::size_t d = 0; d < point.size(); ++d) {
    const std::uint32_t high = owen_scrambled(sobol_.digits(d, position), scramble_[d]);
    const std::uint64_t low = rest.bits() >> 43;  // the other 21 of 53 bits
    point[d] = static_cast<double>((std::uint64_t{high} << 21) | low) * 0x1p-53;
  }
  return point;
}

Assignment SobolSequence::at(std::uint64_t position) const { return space_.decode(unit(position)); }

std::unique_ptr<PointSequence> even_sequence(const SearchSpace& space, std::uint64_t seed) {
  if (space.size() <= Sobol::most_dimensions) {
    return std::make_unique<SobolSequence>(space, seed);
  }
  return std::make_unique<RandomSequence>(space, seed);
}

}  // namespace diwan
