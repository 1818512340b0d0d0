// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "driver/core/standing.hpp"

namespace diwan {

/// Tells of each trial that ends whether it is the best so far: of one objective better than all,
/// at the highest resource where there is one; of several not beaten by any.
class BestWatch {
 public:
  /// The trials that have ended in `experiment` count as told.
  explicit BestWatch(const Experiment& experiment);

  /// @param trial  has just ended
  bool take(const Experiment& experiment, const Trial& trial);

 private:
  std::vector<Candidate> best_;  ///< one, or the front
};

}  // namespace diwan
