// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/launchers/slurm/task_link.hpp"

namespace diwan::slurm {

/// How the run of a task ended that is over, and that left no record of the run's end by which it
/// alone could be known: by what the task held back, and by what Slurm says.
Ended last_word(const Array& array, const TaskLink& task, RunKey run);

}  // namespace diwan::slurm
