// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <string>

#include "driver/results/load.hpp"
#include "driver/shell/control.hpp"

namespace diwan {

/// Sees that a request is heard: the owner of the directory gets it as a file; with no owner alive
/// it is applied here, as a record.
/// @return what was done, for people.
/// @throws UsageError where it makes no sense, StoreError where the directory cannot be written.
std::string apply_request(const Loaded& loaded, ControlRequest request);

}  // namespace diwan
