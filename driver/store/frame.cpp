// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/frame.hpp"

#include <stdexcept>

#include "collectors/crc32c.hpp"

namespace diwan {
namespace {

constexpr std::size_t length_place = 0;
constexpr std::size_t checksum_place = 4;
constexpr std::size_t number_place = 8;
constexpr std::size_t time_place = 16;

template <typename Integer>
void store_little(char* to, Integer value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    to[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
}

template <typename Integer>
Integer load_little(const char* from) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[i])) << (8 * i);
  }
  return static_cast<Integer>(value);
}

std::uint32_t checksum_of(std::string_view frame) {
  const std::uint32_t length = crc32c(frame.substr(length_place, checksum_place));
  return crc32c(frame.substr(number_place), length);
}

}  // namespace

std::size_t begin_frame(std::string& out) {
  const std::size_t place = out.size();
  out.append(frame_head_bytes, '\0');
  return place;
}

void end_frame(std::string& out, std::size_t place, std::uint64_t number, Time time) {
  const std::size_t length = out.size() - place - frame_head_bytes;
  if (length > longest_payload_bytes) {
    throw std::length_error("record " + std::to_string(number) +
                            " is longer than the journal takes (" + std::to_string(length) +
                            " bytes)");
  }
  char* head = out.data() + place;
  store_little(head + length_place, static_cast<std::uint32_t>(length));
  store_little(head + number_place, number);
  store_little(head + time_place, std::int64_t{time.time_since_epoch().count()});
  store_little(head + checksum_place, checksum_of(std::string_view(out).substr(place)));
}

FrameHead frame_head(std::string_view bytes) {
  const char* head = bytes.data();
  return {load_little<std::uint32_t>(head + length_place),
          load_little<std::uint32_t>(head + checksum_place),
          load_little<std::uint64_t>(head + number_place),
          load_little<std::int64_t>(head + time_place)};
}

bool is_intact(std::string_view frame) { return frame_head(frame).checksum == checksum_of(frame); }

}  // namespace diwan
