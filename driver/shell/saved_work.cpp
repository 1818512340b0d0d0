// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/saved_work.hpp"

#include <system_error>

#include "driver/launchers/launcher.hpp"

namespace diwan {

bool has_saved_work(const std::filesystem::path& experiment_directory,
                    const std::string& trial_name) {
  std::error_code none;
  const std::filesystem::directory_iterator entries(
      checkpoint_directory(experiment_directory, trial_name), none);
  return !none && entries != std::filesystem::directory_iterator{};
}

}  // namespace diwan
