// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

namespace diwan {

/// For people: 12.3s, 4m05s, 1h12m, 2d03h.
std::string duration_text(double seconds);

}  // namespace diwan
