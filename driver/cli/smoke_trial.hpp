// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <iosfwd>

#include "driver/cli/cli.hpp"
#include "driver/results/exit_status.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Runs the first trial of an experiment on this host, in a temporary directory that is removed,
/// and prints each observation when it comes.
/// @return done; no_usable_trial if the objective was not seen; too_many_failures if the trial
/// failed.
/// @throws UsageError where it cannot run here.
ExitStatus smoke_trial(const Spec& spec, const LauncherFactories& launchers, std::ostream& out);

}  // namespace diwan
