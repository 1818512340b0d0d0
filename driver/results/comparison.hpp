// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// Where an experiment stood when a trial had ended.
struct Standing {
  Milestone spent;
  double saved_seconds = 0;         ///< estimated, by the early stops so far
  std::optional<double> objective;  ///< of that trial, where it may be best
  std::optional<double> best;       ///< so far
  bool operator==(const Standing&) const = default;
};

/// One experiment beside others.
struct Compared {
  const Loaded* loaded = nullptr;
  std::string label;  ///< its directory's name, after what of its path tells it from others
  double seconds = 0;
  double trial_seconds = 0;             ///< of all trials, those that run included
  std::optional<double> saved_seconds;  ///< nothing where no estimate can be made
  std::vector<Standing> standings;      ///< one for each trial that ended, in that order
};

/// @throws std::invalid_argument where two experiments have no measure in common, saying which they
///   have.
void refuse_without_common_measure(const Loaded& first, const Loaded& second);

/// Experiments side by side, in the order given. They must live as long as what is returned.
/// @throws std::invalid_argument where they have no measure in common, saying which two differ.
std::vector<Compared> compare(std::span<const Loaded> experiments);

/// Best so far after so many trials, so much time and so many trial-hours, at round figures.
std::string comparison_table(std::span<const Compared> experiments, const Page& page);
/// One row for each trial that ended.
std::string comparison_csv(std::span<const Compared> experiments);
/// The document of `compare` (docs/cli.md).
Value comparison_document(std::span<const Compared> experiments);

}  // namespace diwan
