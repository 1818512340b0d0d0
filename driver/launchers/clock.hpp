// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>

#include "collectors/observation.hpp"

namespace diwan {

/// Now, UTC. Who runs and watches trials asks; the core is told.
inline Time wall_clock() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace diwan
