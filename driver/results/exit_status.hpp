// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

namespace diwan {

/// What the program says when it goes, and DIR/outcome keeps: the contract that batch scripts rest
/// on.
enum class ExitStatus : int {
  done = 0,  ///< budget used, goal reached or space exhausted
  internal_error = 1,
  usage = 2,              ///< wrong use or bad input
  no_usable_trial = 3,    ///< ended without a trial that has the objective
  too_many_failures = 4,  ///< also of `validate --try`: the trial failed
  stopped = 5,            ///< by `diwan stop` or Ctrl-C; resumable, do not requeue
  owner_alive = 6,        ///< of `status --exit-status` alone
  cannot_write = 74,      ///< the state cannot be written; resumable once mended
  requeue = 75,           ///< ended by a signal or the time limit; resumable
};

}  // namespace diwan
