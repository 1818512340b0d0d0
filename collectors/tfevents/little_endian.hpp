// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace diwan {

/// The whole number in the first bytes, least significant byte first, on any host.
template <std::unsigned_integral Number>
Number little_endian(std::string_view bytes) {
  Number number = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    number = static_cast<Number>(std::uint64_t{number} << 8 | static_cast<unsigned char>(bytes[i]));
  }
  return number;
}

}  // namespace diwan
