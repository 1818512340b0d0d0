// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <vector>

#include "driver/cli/verb.hpp"
#include "driver/shell/session.hpp"

namespace diwan {

/// The options of every command that runs trials.
std::vector<Option> run_options();
/// How a run may end, beside 0, 1 and 2.
std::vector<ExitMeaning> run_exits();
/// What a run reads, and what its trials are given.
std::vector<Example> run_environment();

/// Checks the commands of --on-best and --on-end, and becomes the MPI program under an MPI
/// launcher; comes before all else. @throws UsageError.
void begin_run(const Call& call);

/// The run that a call with those options asks for. @throws UsageError.
RunRequest run_request(const Call& call, Spec spec, const std::filesystem::path& directory);

/// Runs it with the launcher that the call names or that fits where we are.
/// @throws UsageError, RunRefused, StoreError.
ExitStatus start_run(const Call& call, RunRequest request);

}  // namespace diwan
