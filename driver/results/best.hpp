// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/results/confirmation.hpp"
#include "driver/results/load.hpp"

namespace diwan {

/// The best trials of an experiment.
struct Best {
  bool pareto = false;
  std::vector<std::uint32_t> trials;  ///< numbers
  std::string resource_name;          ///< only trials at this resource were compared; empty: none
  double resource = 0;
  /// Where the experiment confirms trials of another (`diwan confirm`): those that are best by the
  /// mean of their runs. `trials` has of each the run nearest to it.
  std::vector<Confirmed> confirmed;
};

/// At most `count` of them; without it one, or all of a Pareto front.
Best best_trials(const Loaded& loaded, std::optional<std::size_t> count);

/// Numbers of all that compete, best first; of several objectives the front. In a confirmation the
/// runs that best_trials() names come first, and then the others, each by its own result.
std::vector<std::uint32_t> ranked_trials(const Loaded& loaded);

/// The first of the best, also where it is a text, in O(1) where the experiment confirms no trials.
std::optional<std::uint32_t> best_trial(const Loaded& loaded);

}  // namespace diwan
