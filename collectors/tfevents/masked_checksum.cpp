// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/tfevents/masked_checksum.hpp"

#include "collectors/crc32c.hpp"

namespace diwan {

std::uint32_t masked_checksum(std::string_view bytes) {
  constexpr std::uint32_t delta = 0xA282EAD8;
  const std::uint32_t checksum = crc32c(bytes);
  return ((checksum >> 15) | (checksum << 17)) + delta;
}

}  // namespace diwan
