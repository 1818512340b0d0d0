// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/crc32c.hpp"

#include <array>
#include <cstddef>

namespace diwan {
namespace {

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

/// Table k gives the effect of a byte that k further bytes follow, so that eight bytes are one
/// step.
constexpr Table make_table() {
  constexpr std::uint32_t polynomial = 0x82F63B78;  // Castagnoli, bits reversed
  Table table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1) ^ ((value & 1) != 0 ? polynomial : 0);
    }
    table[0][byte] = value;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = table[k - 1][byte];
      table[k][byte] = (before >> 8) ^ table[0][before & 0xFF];
    }
  }
  return table;
}
constexpr Table table = make_table();

std::uint32_t byte_at(std::string_view bytes, std::size_t place) {
  return static_cast<unsigned char>(bytes[place]);
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    crc ^= byte_at(bytes, i) | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2) << 16 |
           byte_at(bytes, i + 3) << 24;
    crc = table[7][crc & 0xFF] ^ table[6][(crc >> 8) & 0xFF] ^ table[5][(crc >> 16) & 0xFF] ^
          table[4][crc >> 24] ^ table[3][byte_at(bytes, i + 4)] ^ table[2][byte_at(bytes, i + 5)] ^
          table[1][byte_at(bytes, i + 6)] ^ table[0][byte_at(bytes, i + 7)];
  }
  for (; i < bytes.size(); ++i) {
    crc = (crc >> 8) ^ table[0][(crc ^ byte_at(bytes, i)) & 0xFF];
  }
  return ~crc;
}

}  // namespace diwan
