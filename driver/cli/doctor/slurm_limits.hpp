// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/cli/doctor/finding.hpp"
#include "driver/launchers/slurm/scheduler/command.hpp"

namespace diwan::doctor {

/// Runs a command of Slurm.
using AskSlurm = std::function<slurm::Finished(const std::vector<std::string>& words)>;

/// The value of a key in what `scontrol show config` prints; none where it has no such key.
std::optional<std::string> setting(const std::string& config, std::string_view key);

/// How many jobs this user may have, and how long they may take: of the cluster, of the accounts
/// and QOS, and of the partitions.
/// @param config  what `scontrol show config` prints
Findings examine_limits(const AskSlurm& ask, const std::string& config);

}  // namespace diwan::doctor
