// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "algorithms/rungs/ladder.hpp"

namespace diwan {

/// Whether results at a level of resource foretell those at the top: the guard against learning
/// curves that cross, where successive halving throws the best away and loses to random search.
///
/// The evidence are scouts, configurations that climb all levels whatever their results, so that
/// nothing has chosen them. Counted at each level are the pairs of configurations that have been at
/// the top, at least one of them a scout, that stand there in the order of that level (Kendall's
/// tau). A level is trusted if choosing the best of a Hyperband bracket's starters there promises
/// more than choosing the best of as much worth of full trainings, as every level above it must.
class Agreement {
 public:
  explicit Agreement(const Ladder& ladder);

  /// The configuration is a scout.
  void scout(std::uint32_t configuration);
  /// It has ended at a level; a failed one with infinity.
  void add(std::uint32_t configuration, std::size_t level, double value);

  /// The lowest level that may decide on promotion; the top one if none may.
  std::size_t lowest_trusted() const { return lowest_; }
  /// Should the next new configuration be a scout, after `more` that are about to be?
  ///
  /// First three, since fewer tell no order from chance; then every one while no level is trusted,
  /// and one for each eta others that reach the top; twelve in all, when tau has a standard
  /// deviation below 0.25.
  bool wants_scout(std::size_t more) const;

 private:
  struct Climb {
    bool scout = false;
    std::vector<double> values;  ///< by level; NaN where it has not been
  };
  struct Level {
    double needed = 0;  ///< rank correlation with the top from which it is worth its resource
    std::size_t seen = 0;
    std::size_t agree = 0;
    std::size_t differ = 0;
  };

  void compare(const Climb& one, const Climb& other);
  void judge();

  double eta_;
  std::vector<Level> levels_;  ///< those below the top
  std::unordered_map<std::uint32_t, Climb> climbing_;
  std::vector<Climb> scouts_;  ///< that have been at the top
  std::vector<Climb> others_;
  std::size_t scouting_ = 0;  ///< scouts so far
  std::size_t lowest_ = 0;
};

}  // namespace diwan
