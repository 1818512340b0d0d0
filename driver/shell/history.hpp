// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "algorithms/suggester.hpp"
#include "driver/core/experiment.hpp"
#include "driver/results/notices/notices.hpp"
#include "driver/shell/session.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// What a directory told when it was replayed.
struct History {
  explicit History(Rules rules, SearchSpace space = {})
      : experiment(std::move(rules)), notices(experiment.rules(), std::move(space)) {}

  Experiment experiment;
  Notices notices;
  std::vector<Fact> facts;             ///< for the algorithm, in journal order
  std::optional<Budget> first_budget;  ///< that the experiment began with
  bool parallel_overridden = false;    ///< by --parallel, since the file last changed
  ReplayReport report;

  /// Folds one record. @throws StoreError if it does not fit.
  void take(Record&& record);
};

/// The experiment a directory holds; nothing when it holds none.
std::optional<History> read_history(const std::filesystem::path& directory, const Spec& spec);

/// The specification that a directory was last run with.
/// @throws StoreError, SpecError.
Spec kept_spec(const std::filesystem::path& directory, const SpecOptions& options);

/// @throws RunRefused, naming each difference, when the directory was started with another
/// specification.
void refuse_changes(const RunRequest& request, const Experiment& experiment);

/// The seed of a new experiment (asked for, from the file, or drawn), or the one of the old.
/// @throws RunRefused when another one is asked for.
std::uint64_t choose_seed(const RunRequest& request, const History* history);

/// The budget that shall be in force, with what set it; nothing when the present one stands. A
/// budget in the file counts when it differs from the last file seen.
std::optional<BudgetSet> budget_change(const RunRequest& request, const History* history,
                                       std::uint32_t slots);

/// Is anything left to do, once `change` holds?
bool work_left(const RunRequest& request, const Experiment& experiment,
               const std::optional<BudgetSet>& change);

}  // namespace diwan
