// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/results/condition.hpp"
#include "driver/results/course.hpp"
#include "driver/results/notices/notices.hpp"
#include "driver/results/outcome.hpp"
#include "driver/spec/spec.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// All that a directory tells: one replay of its records, beside a running owner if there is one.
struct Loaded {
  std::filesystem::path directory;
  Spec spec;
  Experiment experiment;
  std::vector<Condition> conditions;  ///< Katib's, oldest first
  std::vector<Milestone> course;      ///< one for each trial that ended, in that order
  Notices notices;
  Time last_time{};  ///< of the last record
  Time until{};      ///< of the reading, or of the last record where no owner is alive
  std::optional<Outcome> outcome;
  std::optional<OwnerState> owner;
  ReplayReport replay;
};

/// Reads a directory.
/// @throws StoreError for damage, for no experiment, or for records that do not fit each other.
Loaded load(const std::filesystem::path& directory);

}  // namespace diwan
