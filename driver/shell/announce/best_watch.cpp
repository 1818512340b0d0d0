// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/announce/best_watch.hpp"

#include <algorithm>

namespace diwan {

BestWatch::BestWatch(const Experiment& experiment) {
  for (const Trial& trial : experiment.trials()) {
    take(experiment, trial);
  }
}

bool BestWatch::take(const Experiment& experiment, const Trial& trial) {
  const auto candidate = candidate_of(experiment, trial);
  if (!candidate) {
    // A text has no order; of texts the latest is the best.
    return experiment.text_objective(trial) && experiment.best() == trial.number;
  }
  std::vector<Candidate> all = best_;
  all.push_back(*candidate);
  const std::vector<std::uint32_t> kept = ranking(all, experiment.rules().directions);
  const bool front = experiment.rules().directions.size() > 1;
  const bool best = front ? std::ranges::find(kept, trial.number) != kept.end()
                          : !kept.empty() && kept.front() == trial.number;
  if (best) {
    std::erase_if(all, [&](const Candidate& one) {
      return front ? std::ranges::find(kept, one.number) == kept.end() : one.number != trial.number;
    });
    best_ = std::move(all);
  }
  return best;
}

}  // namespace diwan
