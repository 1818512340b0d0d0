// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string_view>

namespace diwan {

/// CRC-32C (Castagnoli) of `bytes`; `seed` is the value of the bytes before them.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace diwan
