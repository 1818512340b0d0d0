// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "driver/launchers/slurm/scheduler/scheduler.hpp"

namespace diwan::slurm {

/// What Slurm's refusal means, from its error number (0: unknown) or else its text.
/// @param otherwise  what one is that we do not know: of a job to submit forbidden, since to repeat
///                   it would hide it; of the rest away, since it may do later
Refused refusal(int error, std::string text, Refused::Kind otherwise = Refused::Kind::forbidden);

/// What a command or libslurm said on stderr as one line: without "sbatch: error: ", and each
/// sentence once.
std::string slurm_words(std::string_view said);

/// The field of a request without which it would be taken: "Requested node configuration is not
/// available" does not name it. Empty if no single one is the cause.
/// @param accepted  whether Slurm would take a request
std::string find_cause(const JobRequest& request,
                       const std::function<bool(const JobRequest&)>& accepted);

/// Whether the job was refused for what its nodes shall be, so that find_cause knows more.
bool about_nodes(const Refused& refused);

}  // namespace diwan::slurm
