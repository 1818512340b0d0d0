// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/core/event.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"

namespace diwan::slurm {

/// Will the task do nothing more, by what Slurm says of it?
bool is_over(JobState state);
/// Is it in Slurm's queue, held or not?
bool is_in_queue(JobState state);

/// What became of a run whose task is over and that left no record of its own end, by what Slurm
/// says. Only a trial that used more memory than it was given has failed; all others are lost, and
/// go again.
/// @param cancelled  the coordinator had called it off
Ended verdict(RunKey run, const JobTask& task, bool cancelled);
/// The same for a task that Slurm does not know any more.
Ended verdict_of_unknown(RunKey run, bool cancelled);

/// What a person should do about a task that waits for this reason; empty where waiting is all.
std::string advice(const std::string& reason);

}  // namespace diwan::slurm
