// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "driver/launchers/supervisor/spawn.hpp"

namespace diwan::slurm {

/// What Slurm's commands, and the jobs we submit, get of our own environment: all but what the
/// launcher above us, an enclosing job or the user's defaults for these commands (SBATCH_…,
/// SQUEUE_FORMAT) would change. "NAME=value" each.
std::vector<std::string> slurm_environment(const char* const* environment);

/// How a command ended.
struct Finished {
  int status = 0;  ///< its exit status; 128 and more: by a signal; 127: it did not start
  std::string out;
  std::string error;    ///< what it wrote there, or why it did not start
  bool killed = false;  ///< by us, with what it had written by then
};

/// Runs the first word, found in the environment's PATH, without a shell, and waits for its end. It
/// is in a session of its own and dies with us: a late sbatch must not submit for someone who has
/// gone. Descriptors of ours must be CLOEXEC.
/// @param last_words  a text on stderr after which it is not waited for; none if empty
Finished run_command(Spawner& spawner, const std::vector<std::string>& words,
                     const std::vector<std::string>& environment, std::string_view input,
                     std::chrono::milliseconds limit, std::string_view last_words = {});

}  // namespace diwan::slurm
