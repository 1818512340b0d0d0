// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>

#include "driver/core/experiment.hpp"
#include "driver/results/outcome.hpp"
#include "driver/shell/loop.hpp"
#include "driver/shell/progress.hpp"
#include "driver/shell/session.hpp"

namespace diwan {

/// How a run ended, as it is written down; now.
/// @param disk_failure  why the state could not be written
Outcome outcome_of(const LoopEnd& end, const std::optional<std::string>& disk_failure,
                   const Experiment& experiment);

/// The last lines for people: how it ended, how it goes on, and on stdout the best trial of an
/// experiment that is done.
void say_goodbye(const RunRequest& request, const Outcome& outcome, const Experiment& experiment,
                 Progress& progress);

/// The same where there was nothing left to do.
void say_done_already(const RunRequest& request, const Experiment& experiment, Progress& progress);

}  // namespace diwan
