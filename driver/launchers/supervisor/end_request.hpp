// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>

namespace diwan {

// Slurm ends a job by TERM to every process in it: to us, and to the trials themselves, which may
// be gone before anybody who knows the experiment has said that they shall end. Such an end is no
// failure of the trial.

/// From now on this process notes when it gets TERM, and goes on.
void note_end_requests();

/// Was this process told to end so shortly before `exit`, or just after it, that who exited then
/// was told too?
bool was_told_to_end(std::chrono::steady_clock::time_point exit);

/// How long after a failed exit that word may come.
constexpr std::chrono::milliseconds longest_word{250};

}  // namespace diwan
