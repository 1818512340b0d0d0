// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/results/exit_status.hpp"
#include "driver/results/load.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// Where a directory's run is, in one word.
enum class RunState {
  running,      ///< an owner is alive, or may be
  paused,       ///< the same, and was asked to start nothing
  finished,     ///< the experiment is complete
  stopped,      ///< the last run ended by itself and can go on
  interrupted,  ///< the last run ended without a word and can go on
};
RunState run_state(const Loaded& loaded);
std::string_view to_string(RunState state);

/// The command that goes on with an experiment as it was run.
std::string resume_command(const Loaded& loaded);

/// When the job of the coordinator that runs ends; nothing where none runs, or that is not known.
std::optional<Time> job_end(const Loaded& loaded);

/// What is odd about the search, with the directory in what is advised; the trials that are stalled
/// last.
std::vector<SearchNotice> notices(const Loaded& loaded);

/// The Katib Experiment with its status (katib.md 2); what Katib has no field for stands under
/// status.diwan.
Value status_document(const Loaded& loaded);

/// A heading and one row: how many trials there are of each kind, and the best.
std::string status_csv(const Loaded& loaded);

/// One screen for people.
std::string status_table(const Loaded& loaded, const Page& page);

/// The exit status of the last run, read without the records: owner_alive while an owner is (or may
/// be) alive, requeue where a run ended without writing one.
int last_exit_status(const std::filesystem::path& directory);

}  // namespace diwan
