// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "algorithms/space/search_space.hpp"
#include "driver/core/experiment.hpp"
#include "driver/results/notices/edges.hpp"
#include "driver/results/notices/equal_results.hpp"
#include "driver/results/notices/impossible_values.hpp"
#include "driver/results/notices/notice.hpp"
#include "driver/results/notices/plateau.hpp"
#include "driver/results/notices/stalls.hpp"

namespace diwan {

/// Follows a search for its user, record by record, live and on replay, and says what is odd.
/// No clock, no I/O; a record costs O(log of the trials), a look O(live trials + parameters).
class Notices {
 public:
  Notices(const Rules& rules, SearchSpace space);

  /// Takes each record, in order, after it was folded into the experiment (and perhaps later ones).
  void take(const Record& record, const Experiment& experiment);
  /// What holds of the results so far.
  std::vector<SearchNotice> found(const Experiment& experiment) const;
  /// The trials that are stalled now.
  std::vector<SearchNotice> stalled(const Experiment& experiment, Time now) const;

 private:
  void take_end(const Trial& trial, const Experiment& experiment);

  ImpossibleValues impossible_values_;
  EqualResults equal_results_;
  Plateau plateau_;
  Edges edges_;
  Stalls stalls_;
};

}  // namespace diwan
