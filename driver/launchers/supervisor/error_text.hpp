// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <system_error>

namespace diwan {

/// What an errno means, for people.
inline std::string error_text(int error) { return std::generic_category().message(error); }

}  // namespace diwan
