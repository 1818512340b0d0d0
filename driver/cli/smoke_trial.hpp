// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <iosfwd>

#include "driver/cli/cli.hpp"
#include "driver/results/exit_status.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Runs the first trial of an experiment on this host, in a temporary directory that is removed,
/// for at most `limit`; prints each observation when it comes and then the verdict
/// (smoke_verdict.hpp).
/// @throws UsageError where it cannot run here.
ExitStatus smoke_trial(const Spec& spec, const LauncherFactories& launchers,
                       std::chrono::seconds limit, std::ostream& out);

}  // namespace diwan
