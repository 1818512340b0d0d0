// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/restarts.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/rng.hpp"
#include "algorithms/space/elementary.hpp"
#include "algorithms/streams.hpp"

namespace diwan::cmaes {
Restarts::Restarts(RestartStrategy strategy, std::size_t population, std::uint64_t seed)
    : strategy_(strategy), population_(population), seed_(seed), large_(population) {
  plan_.population = population;
}

void Restarts::restart(std::uint64_t results) {
  if (plan_.small) {
    spent_small_ += results;
  } else {
    last_large_ = results;
    // The first run belongs to neither kind.
    spent_large_ += runs_ > 1 ? results : 0;
  }
  const bool small =
      strategy_ == RestartStrategy::bipop && runs_ > 1 && spent_small_ < spent_large_;
  Draw draw(seed_, streams::cmaes_restart, runs_);
  ++runs_;
  plan_ = {};
  if (!small) {
    large_ = std::min(2 * large_, largest_population);
    plan_.population = large_;
    return;
  }
  const double uniform = draw.uniform();
  const double half = static_cast<double>(large_) / static_cast<double>(2 * population_);
  const double growth = portable_exp(portable_log(std::max(1.0, half)) * uniform * uniform);
  plan_.population =
      static_cast<std::size_t>(std::floor(static_cast<double>(population_) * growth));
  plan_.shrink = portable_exp(-2 * portable_log(10) * draw.uniform());
  plan_.limit = std::max<std::uint64_t>(1, last_large_ / 2);
  plan_.small = true;
}

}  // namespace diwan::cmaes
