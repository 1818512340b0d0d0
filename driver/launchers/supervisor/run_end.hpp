// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>

#include <sys/resource.h>

#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/spawn.hpp"

namespace diwan {

/// Why a run is being ended by us.
enum class StopCause { cancelled, time_limit, client_gone };

/// How a run ended that never ran, and why, with what a person can do.
struct StartFailure {
  RunOutcome outcome;
  std::string reason;
};
/// @param directory  the working directory that the file names
StartFailure start_failure(const Spawned& spawned, const std::string& program,
                           const std::string& directory, const std::string& host);

/// A process's end in words: "exit status 3", "signal 9 (Killed)".
std::string exit_text(int wait_status);

/// Takes that into exit code or signal and, where it is not the status 0, the reason.
void note_exit(int wait_status, Ended& ended);

/// What is known of the end of a run's leading process.
struct LeaderEnd {
  int wait_status = 0;
  rusage usage{};
  std::optional<StopCause> stop;  ///< it had been asked to end by us
  bool is_told = false;           ///< its whole job was told to end
  bool is_step = false;           ///< it is srun
};

/// Says by that, and by what the run left in its folder, what became of it: outcome, cause, reason,
/// exit code or signal, and use.
void judge_end(const LeaderEnd& end, const RunSettings& settings, const RunPaths& paths,
               Ended& ended);

}  // namespace diwan
