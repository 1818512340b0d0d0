// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string_view>

namespace diwan {

/// Where `wanted`, which is not empty, first stands in `text`; npos where it does not. Many bytes
/// at a time, which memmem is not for texts as short as names.
std::size_t find_text(std::string_view text, std::string_view wanted);

}  // namespace diwan
