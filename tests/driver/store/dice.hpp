// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace diwan {

/// Random choices of a test; the same for the same seed on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  /// 0 to count - 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool one_in(std::size_t count) { return below(count) == 0; }

 private:
  std::mt19937_64 engine_;
};

/// Runs a test once for each seed; DIWAN_SEED=n runs the n-th alone. A failure names the seed.
template <typename Test>
void for_each_seed(std::uint64_t count, Test&& test) {
  const char* only = std::getenv("DIWAN_SEED");
  const std::uint64_t first = only != nullptr ? std::stoull(only) : 1;
  const std::uint64_t end = only != nullptr ? first + 1 : first + count;
  for (std::uint64_t seed = first; seed < end; ++seed) {
    SCOPED_TRACE("DIWAN_SEED=" + std::to_string(seed));
    Dice dice(seed);
    test(dice);
    if (testing::Test::HasFailure()) {
      return;
    }
  }
}

}  // namespace diwan
