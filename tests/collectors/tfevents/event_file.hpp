// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/crc32c.hpp"

/// Writes TensorFlow's event files byte by byte, without its libraries.
namespace diwan::test::event_file {

inline std::string fixed(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    text += static_cast<char>(number >> (8 * i) & 0xFF);
  }
  return text;
}

inline std::string checksum(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return fixed(((crc >> 15) | (crc << 17)) + 0xA282EAD8U, 4);
}

inline std::string record(std::string_view payload) {
  const std::string length = fixed(payload.size(), 8);
  return length + checksum(length) + std::string(payload) + checksum(payload);
}

// Protocol buffers: https://protobuf.dev/programming-guides/encoding/

inline std::string varint(std::uint64_t number) {
  std::string text;
  for (; number > 0x7F; number >>= 7) {
    text += static_cast<char>((number & 0x7F) | 0x80);
  }
  return text + static_cast<char>(number);
}
inline std::string key(std::uint32_t field, std::uint32_t wire_type) {
  return varint(field << 3 | wire_type);
}
inline std::string number(std::uint32_t field, std::int64_t value) {
  return key(field, 0) + varint(static_cast<std::uint64_t>(value));
}
inline std::string real(std::uint32_t field, double value) {
  return key(field, 1) + fixed(std::bit_cast<std::uint64_t>(value), 8);
}
inline std::string real(std::uint32_t field, float value) {
  return key(field, 5) + fixed(std::bit_cast<std::uint32_t>(value), 4);
}
inline std::string bytes(std::uint32_t field, std::string_view value) {
  return key(field, 2) + varint(value.size()) + std::string(value);
}

/// A value of a summary: `content` is a field of it, of number 2 for a simple value.
inline std::string value(std::string_view tag, std::string_view content) {
  return bytes(1, bytes(1, tag) + std::string(content));
}
inline std::string simple(std::string_view tag, float number) {
  return value(tag, real(2, number));
}

/// A value that is a tensor; `elements` are the fields that hold them.
inline std::string tensor(std::string_view tag, std::int64_t type, std::string_view elements,
                          const std::vector<std::int64_t>& shape = {}) {
  std::string dims;
  for (const std::int64_t size : shape) {
    dims += bytes(2, number(1, size));
  }
  return value(tag, bytes(8, number(1, type) + bytes(2, dims) + std::string(elements)));
}

/// A record of an event with these values.
inline std::string event(double wall_time, std::int64_t step, std::string_view values) {
  return record(real(1, wall_time) + number(2, step) + bytes(5, values));
}

/// What every event file begins with.
inline std::string first() { return record(real(1, 1.0) + bytes(3, "brain.Event:2")); }

}  // namespace diwan::test::event_file
