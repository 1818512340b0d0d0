// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>

#include "driver/cli/doctor/finding.hpp"

namespace diwan::doctor {

/// Is the MPI launcher in this build, which mpirun would start it, and do they fit?
/// @param program  this one, in bin/
Findings examine_mpi(const std::filesystem::path& program);

}  // namespace diwan::doctor
