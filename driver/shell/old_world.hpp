// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace diwan {

/// Makes sure that nothing of an earlier run of the experiment still works in its directory: waits,
/// at most `limit`, for supervisors on this host that have trials there (they end by themselves
/// once their coordinator is gone, and write down how their trials ended), then kills what trials
/// remain.
/// @return a line for a person about each thing that had to be done.
std::vector<std::string> end_old_world(const std::filesystem::path& directory,
                                       std::chrono::milliseconds limit);

}  // namespace diwan
