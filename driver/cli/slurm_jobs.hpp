// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>

#include "driver/shell/session.hpp"

namespace diwan {

/// The launcher of job arrays, for what the experiment's file asks of Slurm.
std::unique_ptr<Launcher> make_slurm_launcher(const LauncherRequest& request);

}  // namespace diwan
