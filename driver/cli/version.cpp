// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/version.hpp"

namespace diwan {

std::string_view version() { return DIWAN_VERSION; }

}  // namespace diwan
