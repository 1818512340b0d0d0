// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/observation.hpp"

namespace diwan {

// docs/journal.md, section 1.

constexpr std::string_view journal_magic{"DIWANJ\x01\x00", 8};
constexpr std::size_t frame_head_bytes = 24;
constexpr std::uint32_t longest_payload_bytes = 1u << 30;

/// What stands before a payload.
struct FrameHead {
  std::uint32_t length = 0;
  std::uint32_t checksum = 0;
  std::uint64_t number = 0;
  std::int64_t time = 0;
};

/// Leaves room for the head; the payload is appended next.
/// @return the place to give to end_frame().
std::size_t begin_frame(std::string& out);
/// Fills in the head of the frame that began at `place` and ends at the end of `out`.
/// @throws std::length_error if the payload is too long.
void end_frame(std::string& out, std::size_t place, std::uint64_t number, Time time);

/// @param bytes  at least frame_head_bytes.
FrameHead frame_head(std::string_view bytes);
/// Is the checksum of this frame, head and payload, right?
bool is_intact(std::string_view frame);

}  // namespace diwan
