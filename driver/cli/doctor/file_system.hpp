// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>

#include "driver/cli/doctor/finding.hpp"

namespace diwan::doctor {

/// Tries in a folder of its own below `directory`, which is removed again, what an experiment
/// directory needs: renames, links, appends, fsync and how long it takes, locks, and room.
Findings examine_file_system(const std::filesystem::path& directory);

/// Is it on a file system that other hosts may see, such as NFS?
bool is_shared(const std::filesystem::path& directory);

}  // namespace diwan::doctor
