// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

namespace diwan {

enum class Direction { minimize, maximize };

}  // namespace diwan
