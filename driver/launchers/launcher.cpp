// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/launcher.hpp"

namespace diwan {

std::filesystem::path attempt_directory(const std::filesystem::path& experiment_directory,
                                        const std::string& trial_name, std::uint32_t attempt) {
  return experiment_directory / "trials" / trial_name / ("attempt-" + std::to_string(attempt));
}

std::filesystem::path checkpoint_directory(const std::filesystem::path& experiment_directory,
                                           const std::string& trial_name) {
  return experiment_directory / "trials" / trial_name / "checkpoint";
}

}  // namespace diwan
