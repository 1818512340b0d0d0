// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "algorithms/space/elementary.hpp"  // normal_quantile

namespace diwan {

/// Philox4x32-10 [Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3]: 128 random bits
/// that depend on nothing but the key and the counter.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

/// A stream of draws named by (seed, stream, index), the same on every machine. Each stream is
/// read from its start; no position is ever stored.
class Draw {
 public:
  Draw(std::uint64_t seed, std::uint64_t stream, std::uint64_t index = 0);

  std::uint64_t bits();
  /// Uniform in [0,1), 53 bits.
  double uniform();
  /// Uniform in 0..n-1, without bias; n >= 1.
  std::uint64_t below(std::uint64_t n);
  /// Standard normal by inverse distribution function of one uniform.
  double normal();

 private:
  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 4> block_{};
  std::size_t used_ = 4;  ///< of the block
};

}  // namespace diwan
