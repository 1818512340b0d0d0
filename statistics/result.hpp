// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "algorithms/space/assignment.hpp"

namespace diwan::statistics {

/// What an assignment gave.
struct Result {
  Assignment assignment;
  double value = 0;
};

}  // namespace diwan::statistics
