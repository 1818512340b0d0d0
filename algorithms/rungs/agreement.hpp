// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <vector>

namespace diwan {

/// Whether results at a level of resource foretell those at the next: the guard against learning
/// curves that cross, where successive halving throws the best away and loses to random search.
///
/// Of the configurations that were promoted from a level, those pairs are counted that keep their
/// order at the next one (Kendall's tau). Between survivors the order says more than over all:
/// nearly equal ones are what the next decision is about. Once the tau of any level is below 0.2,
/// only levels that have shown a better one are trusted, and of these only an unbroken run from the
/// top.
class Agreement {
 public:
  explicit Agreement(std::size_t levels) : levels_(levels) {}

  /// A configuration promoted from `level` has ended at the next one; a failed one is infinity.
  void add(std::size_t level, double lower, double upper);
  /// The lowest level that may decide on promotion; the top one if none may.
  std::size_t lowest_trusted() const { return lowest_; }

 private:
  struct Pair {
    double lower = 0;
    double upper = 0;
  };
  struct Level {
    std::vector<Pair> pairs;
    std::size_t agree = 0;
    std::size_t differ = 0;
  };

  enum class Verdict { unknown, agrees, differs };
  static Verdict verdict(const Level& level);

  std::vector<Level> levels_;
  std::size_t lowest_ = 0;
};

}  // namespace diwan
