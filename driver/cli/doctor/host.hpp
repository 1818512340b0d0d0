// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/cli/doctor/finding.hpp"

namespace diwan::doctor {

/// CPUs that may be used here and that there are, GPUs and the variables that show them, limits.
Findings examine_host();

}  // namespace diwan::doctor
