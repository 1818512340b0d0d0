// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// A source of results that cannot be used; what() says where, what and how to mend it.
struct KnownResultsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Results of another experiment, as far as they say something about this one.
struct KnownResults {
  std::vector<KnownResult> results;  ///< in the order of their trials
  std::size_t left_out = 0;          ///< ended, but outside the search space or not allowed
  std::string why;                   ///< the first of them was left out
  std::string assumed;               ///< of all: what the other experiment does not say
};

/// The ended trials of an experiment directory, as results of `spec`.
///
/// The two experiments need not have the same space: parameters go by name and values by their
/// text; a value outside the present range leaves its trial out; a parameter that the other had not
/// gets values spread over its range, the same each time, so that the trials say nothing of it; but
/// the resource of rungs is all of it (r_l), since trials without one are full trainings. The
/// objectives are this experiment's metrics by their strategies.
/// @throws KnownResultsError if they share no parameter or lack a metric, StoreError.
KnownResults known_results_of_directory(const std::filesystem::path& directory, const Spec& spec);

/// The same of a CSV table: a column `parameter.NAME` or `NAME` for each parameter; for each
/// objective `metric.NAME.min`, `.max` or `.latest` by its strategy, or `NAME`, or, for one
/// objective, `objective`; and perhaps `status` (as `diwan trials -o csv` prints them all).
/// @throws KnownResultsError.
KnownResults known_results_of_csv(const std::filesystem::path& file, const Spec& spec);

}  // namespace diwan
