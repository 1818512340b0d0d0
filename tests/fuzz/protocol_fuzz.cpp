// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Bytes from the other end of a supervisor's socket are messages or a ProtocolError, in whatever
// pieces they come; a message that is read says the same when it is written and read again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "driver/launchers/supervisor/protocol.hpp"

namespace {

/// What is said of a frame; empty for one that is refused.
std::string read_frame(std::string_view frame) {
  try {
    const diwan::Message message = diwan::decode(frame);
    std::string again = diwan::encode(message);
    if (diwan::encode(diwan::decode(again)) != again ||
        diwan::type_of(frame) > diwan::MessageType::notice) {
      std::abort();
    }
    diwan::run_of(frame);
    return again;
  } catch (const diwan::ProtocolError&) {
    return {};
  }
}

/// The frames of a stream that comes in pieces of `piece` bytes, to the first that is none.
std::vector<std::string> read_stream(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> read;
  diwan::FrameBuffer buffer;
  try {
    while (!bytes.empty()) {
      buffer.append(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
      while (const auto frame = buffer.next()) {
        read.push_back(read_frame(*frame));
      }
    }
  } catch (const diwan::ProtocolError&) {
    // No frame begins here: the end of the stream.
  }
  return read;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer asks for this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (size > 0) {
    // As a payload of the length that it has, so that not only true lengths get past the frame.
    const auto length = static_cast<std::uint32_t>(size);
    std::string frame;
    for (unsigned i = 0; i < 4; ++i) {
      frame += static_cast<char>(length >> (8 * i));
    }
    read_frame(frame.append(bytes));
  }
  if (read_stream(bytes, std::max<std::size_t>(size, 1)) != read_stream(bytes, 3)) {
    std::abort();
  }
  return 0;
}
