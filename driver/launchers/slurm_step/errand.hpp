// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "driver/launchers/supervisor/spawn.hpp"
#include "driver/launchers/supervisor/step_folder.hpp"

namespace diwan::slurm_step {

// A program that starts its own ranks (mpirun) needs a way to the trial's other nodes. Here it is:
// what it would have ssh do is written to a file, and done by the task of the step that stands on
// that node, with that node's share of the trial.

/// Has the step's task on `host` run a line of sh, waits for its end, and returns its exit status.
/// Errors are told on stderr.
int run_errand(const StepFolder& folder, const std::string& host, const std::string& line);

/// The tasks' side: runs what is asked of its node.
class Errands {
 public:
  Errands(StepFolder folder, std::uint32_t node);
  /// Starts what has been asked since the last call, each as a child.
  void look(Spawner& spawner, int input, const std::vector<std::string>& environment);
  /// A child has ended; false if it is none of these.
  bool ended(pid_t pid, int exit_status);

 private:
  StepFolder folder_;
  std::uint32_t node_;
  std::size_t read_bytes_ = 0;
  std::map<pid_t, std::string> running_;
};

}  // namespace diwan::slurm_step
