// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

namespace diwan {

/// The fewest digits that read back as exactly `value`, plain from 0.0001 to below 1e16 and with an
/// exponent outside; nan, inf, -inf for the rest.
std::string shortest(double value);

}  // namespace diwan
