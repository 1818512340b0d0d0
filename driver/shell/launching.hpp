// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "driver/core/experiment.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// What every run of the experiment shares.
RunSettings run_settings(const Spec& spec, const std::filesystem::path& directory,
                         std::chrono::milliseconds grace, bool container, RunSettings::Keep keep);

/// The launch of a trial's present attempt. With resumeFromCheckpoint it goes on from the
/// checkpoint of the trial named `parent`, if there is one.
Launch launch_of(const Spec& spec, const Trial& trial, const std::string& parent,
                 std::uint64_t seed, const std::filesystem::path& directory);

}  // namespace diwan
