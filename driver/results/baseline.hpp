// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "statistics/random_search.hpp"

namespace diwan {

/// What a search is measured by: results of trials that learned from none before them.
struct Baseline {
  std::string label;            ///< of the other experiment's directory; empty: of this one itself
  std::string algorithm;        ///< that chose them
  bool blind = true;            ///< chosen without looking at results; else those of another search
  std::vector<double> results;  ///< finite, in the order of their trials' numbers

  /// The best that so many of its trials come to: where they are blind the expected one of any so
  /// many, else that of the first. Of no more than there are.
  std::optional<statistics::BestOf> best_of(std::size_t draws, Direction direction) const;
};

/// The trials of a search that were suggested before any had ended, where they are five or more:
/// nothing that the search found can have chosen them. Those that the file names (`initialTrials`)
/// are none of them. Nothing for several objectives, for grids, for a search that began with known
/// results, and for one that is random itself.
std::optional<Baseline> own_baseline(const Loaded& loaded);

/// Those of another experiment with the same objective.
/// @throws std::invalid_argument where it has another, or several, or no result.
Baseline baseline_of(const Loaded& search, const Loaded& other);

/// Does the algorithm choose every trial without looking at results, spread over the whole space?
bool is_random_search(const std::string& algorithm);

}  // namespace diwan
