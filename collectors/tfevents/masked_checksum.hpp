// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string_view>

namespace diwan {

/// The checksum of bytes in TensorFlow's framing of records: CRC-32C, masked so that one may stand
/// within what another covers.
std::uint32_t masked_checksum(std::string_view bytes);

}  // namespace diwan
