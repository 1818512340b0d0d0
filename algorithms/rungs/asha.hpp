// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "algorithms/rungs/agreement.hpp"
#include "algorithms/rungs/configurations.hpp"
#include "algorithms/rungs/ladder.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

/// Asynchronous successive halving over a resource parameter [Li et al. 2020, algorithm 2]: a free
/// worker continues the best configuration that is in the top 1/eta of its level and has not gone
/// on yet, from the highest level down; where there is none it starts a new one.
///
/// Deviation: a level passes on no more than 1/eta of what has ended there, promoted ones that have
/// fallen out of the top included (the paper lets the first of every level go on at once and so
/// promotes more than 1/eta early on).
/// Deviation: a few configurations, the scouts, climb all levels whatever their results. New ones
/// start at, and go on from, the lowest level that Agreement trusts by them, and come from a model
/// of the highest level with enough results. Scouts are no part of what a level passes on 1/eta of,
/// but just below the top: what beats them there goes on without waiting for others.
///
/// Labels: `bracket` is the level below which nothing decides on the configuration, the top one for
/// scouts; `rung` counts from where it was new.
class Asha : public Suggester {
 public:
  Asha(ResourceSpace space, const Ladder& ladder, Configurations configurations);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  struct Trial {
    std::uint32_t first = 0;  ///< the trial in which its configuration was new
    std::size_t level = 0;
    std::size_t base = 0;
    Assignment configuration;
    bool scout = false;
    double value = std::numeric_limits<double>::infinity();
  };
  struct Rank {
    double value = 0;
    std::uint32_t trial = 0;
    bool operator<(const Rank& other) const {
      return std::tie(value, trial) < std::tie(other.value, other.trial);
    }
  };
  struct Level {
    std::set<Rank> ended;             ///< best first, failed ones last
    std::set<std::uint32_t> waiting;  ///< ended with a result, not promoted
    std::size_t scouts = 0;           ///< of those ended
    std::size_t promoted = 0;         ///< scouts left out
  };

  void take(const Issued& issued);
  void take(const Finished& finished);
  void take(const Known& known);
  void take(const Reported& /*reported*/) {}
  void take(const BudgetChanged& /*changed*/) {}
  void add_promotions(std::size_t level, bool no_more, std::size_t count,
                      std::vector<std::uint32_t>& trials) const;
  Suggestion promotion(std::uint32_t number) const;

  ResourceSpace space_;
  Ladder ladder_;
  Configurations configurations_;
  Agreement agreement_;
  std::vector<Level> levels_;
  std::unordered_map<std::uint32_t, Trial> trials_;
  std::set<std::uint32_t> running_;
  std::set<std::uint32_t> scouts_;  ///< ended with a result below the top, not gone on
};

}  // namespace diwan
