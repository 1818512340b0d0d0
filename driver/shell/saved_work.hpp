// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <string>

namespace diwan {

/// Is there anything in the checkpoint directory of a trial?
bool has_saved_work(const std::filesystem::path& experiment_directory,
                    const std::string& trial_name);

}  // namespace diwan
