// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/rungs/agreement.hpp"
#include "algorithms/rungs/configurations.hpp"
#include "algorithms/rungs/ladder.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

/// Successive halving over reported steps: trials are not promoted but stopped. One that reaches
/// the step of a level goes on if its value is in the top 1/eta of those that have been there, the
/// first always [Li et al. 2020, section 3.3, the stopping variant].
///
/// With Hyperband's brackets new trials are first judged at different levels, as many at each as
/// Hyperband would start there; without, all at the lowest.
/// Deviation: a few trials, the scouts, are never stopped. By them Agreement says below which level
/// nobody else is.
///
/// Labels: `bracket` is the level at which the trial is first judged, the top one for scouts;
/// `rung` is 0.
class StoppingRungs : public Suggester {
 public:
  enum class Brackets { one, of_hyperband };

  StoppingRungs(const Ladder& ladder, Configurations configurations, Brackets brackets);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;
  std::vector<StopAdvice> stops() const override { return stops_; }

 private:
  struct Trial {
    std::size_t base = 0;
    std::size_t next = 0;  ///< level at which it will be seen next
  };
  using Rank = std::pair<double, std::uint32_t>;

  void take(const Issued& issued);
  void take(const Reported& reported);
  void take(const Finished& finished);
  void take(const Known& known);
  void take(const BudgetChanged& /*changed*/) {}
  void judge(std::uint32_t number, const Trial& trial, std::size_t level, double value);
  /// Level at which a new trial is first judged, after `more` that are about to be issued.
  std::size_t base_of(std::size_t more) const;

  Ladder ladder_;
  Configurations configurations_;
  Brackets brackets_;
  Agreement agreement_;
  std::uint64_t issued_ = 0;
  std::map<std::uint32_t, Trial> running_;
  std::vector<std::set<Rank>> levels_;
  std::vector<StopAdvice> stops_;
};

}  // namespace diwan
