// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

namespace diwan {

enum class Direction { minimize, maximize };

/// "minimize" or "maximize", as Katib writes them.
constexpr const char* to_string(Direction direction) {
  return direction == Direction::minimize ? "minimize" : "maximize";
}

}  // namespace diwan
