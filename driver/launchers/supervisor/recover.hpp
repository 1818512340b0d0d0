// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/launchers/launcher.hpp"

namespace diwan {

/// What the folder of a run says about it, for a coordinator that took over: all its observations
/// once more, each source from its beginning (`first` 0), and its end if an exit record was
/// written.
///
/// What was already written down repeats itself and is to be told by `first`. A value without a
/// time of its own gets the time at which its file was last written. Metrics files that were cut or
/// replaced while the run lived cannot be read again in full.
std::vector<Report> recover(const RunSettings& settings, const std::string& trial_name, RunKey run);

}  // namespace diwan
