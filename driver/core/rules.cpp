// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/rules.hpp"

#include <array>

namespace diwan {

const char* to_string(Strategy strategy) {
  constexpr std::array<const char*, 3> names = {"min", "max", "latest"};
  return names[static_cast<std::size_t>(strategy)];
}

}  // namespace diwan
