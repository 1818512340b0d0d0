// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string_view>

namespace diwan {

/// Version of Diwan, as the project's CMakeLists.txt has it.
std::string_view version();

}  // namespace diwan
