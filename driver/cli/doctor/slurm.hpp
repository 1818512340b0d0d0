// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>

#include "driver/cli/doctor/finding.hpp"

namespace diwan::doctor {

/// Is there a Slurm, does its controller answer, how is it asked, what are its limits, and is our
/// plugin loaded?
/// @param program  this one, in bin/
Findings examine_slurm(const std::filesystem::path& program);

}  // namespace diwan::doctor
