// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "algorithms/rungs/agreement.hpp"
#include "algorithms/rungs/configurations.hpp"
#include "algorithms/rungs/ladder.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

/// Hyperband [Li et al. 2018, algorithm 1] over a resource parameter: brackets of successive
/// halving from the most eager (least resource, most configurations) to plain full runs, again and
/// again. With configurations drawn from a model it is BOHB [Falkner et al. 2018].
///
/// A rung is decided when all its trials have ended; a failed one ranks last and is never promoted.
/// Deviation: brackets are not run one after the other. A free worker takes the next trial of the
/// first bracket that has one, and opens a further bracket when none has, so that nobody waits.
/// Deviation: a few configurations, the scouts, climb all levels whatever their results, the first
/// before any bracket. Below the level that Agreement trusts by them no bracket starts or goes on.
/// Deviation: the first bracket has one in eta of its configurations, so that it brings something
/// to the top, and to the models, that much earlier.
///
/// A promotion is a trial of its own: the configuration with the resource of its rung, its parent
/// the trial below; labels `bracket` (numbered from 1 in order of opening; 0: the scouts) and
/// `rung` (from 0 in the bracket). An issued trial without labels whose resource is that of a level
/// starts in a bracket of that level; any other only informs the model.
class Hyperband : public Suggester {
 public:
  Hyperband(ResourceSpace space, const Ladder& ladder, Configurations configurations);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  struct Entry {
    std::uint32_t trial = 0;
    Assignment configuration;
    double value = std::numeric_limits<double>::infinity();
    bool ended = false;
    bool promoted = false;
  };
  struct Rung {
    std::vector<Entry> entries;
    std::size_t ended = 0;
  };
  struct Bracket {
    std::size_t number = 0;
    std::size_t base = 0;  ///< level of the first rung
    std::vector<Rung> rungs;
  };
  struct Place {
    std::size_t bracket = 0;  ///< its number
    std::size_t rung = 0;
    std::size_t entry = 0;
  };
  /// A trial that may be issued next: a new configuration, or one that goes on.
  struct Slot {
    std::size_t bracket = 0;
    std::size_t base = 0;
    std::size_t rung = 0;
    const Entry* promoted = nullptr;
  };

  void take(const Issued& issued);
  void take(const Finished& finished);
  void take(const Known& known);
  void take(const Reported& /*reported*/) {}
  void take(const BudgetChanged& /*changed*/) {}

  bool enter(const Issued& issued, std::size_t bracket, std::size_t rung);
  Bracket* find(std::size_t number);
  Bracket& open(std::size_t number, std::size_t base);
  void close_finished(const Bracket& bracket);
  std::size_t base_of(std::size_t number) const;
  std::size_t width(std::size_t number, std::size_t base) const;
  /// Room on a bracket's first rung.
  std::size_t room(const Bracket& bracket) const;
  /// How many of a rung go on; right once the rung is decided.
  std::size_t promotions(const Rung& rung) const;
  /// Have all that will ever be on this rung ended? `no_more`: nothing new enters the first.
  bool decided(const Bracket& bracket, std::size_t rung, bool no_more) const;
  void add_scouts(std::vector<Slot>& slots) const;
  void add_promotions(const Bracket& bracket, bool no_more, std::vector<Slot>& slots) const;
  /// The next `count` trials in order, when `fresh` new configurations can be had.
  std::vector<Slot> slots(std::size_t count, std::size_t fresh) const;
  Suggestion suggestion(const Slot& slot, const Assignment& configuration) const;

  ResourceSpace space_;
  Ladder ladder_;
  Configurations configurations_;
  Agreement agreement_;
  std::vector<Bracket> open_;                        ///< by number
  std::size_t opened_ = 1;                           ///< that of the scouts is always open
  std::unordered_map<std::uint32_t, Place> places_;  ///< of running trials
  /// Running trials of no bracket, and the level whose model learns from them.
  std::unordered_map<std::uint32_t, std::size_t> outsiders_;
  /// The trial in which a promoted configuration was new, by which the models know it.
  std::unordered_map<std::uint32_t, std::uint32_t> first_trial_;
};

}  // namespace diwan
