// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace diwan {

/// Reproducible random choices of a test: SplitMix64 [Steele, Lea, Flood 2014].
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U) {}

  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  /// 0 .. n-1; the bias of the remainder does not matter to a test.
  std::uint64_t below(std::uint64_t n) { return bits() % n; }
  bool chance(double p) { return static_cast<double>(bits() >> 11U) * 0x1p-53 < p; }

 private:
  std::uint64_t state_;
};

/// Runs `body(dice)` for seeds 1 .. count and stops at the first that fails, printing it.
/// DIWAN_SEED=n in the environment runs seed n alone.
template <typename Body>
void for_each_seed(std::uint64_t count, Body body) {
  std::uint64_t first = 1;
  std::uint64_t last = count;
  if (const char* only = std::getenv("DIWAN_SEED")) {
    first = last = std::stoull(only);
  }
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    SCOPED_TRACE("DIWAN_SEED=" + std::to_string(seed) + " replays this");
    Dice dice(seed);
    body(dice);
    if (::testing::Test::HasFailure()) {
      return;
    }
  }
}

}  // namespace diwan
