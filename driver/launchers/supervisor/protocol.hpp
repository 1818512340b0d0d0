// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/launchers/supervisor/share.hpp"

namespace diwan {

// What a supervisor and its client say to each other. On the wire a message is a frame:
//
//   frame := length: uint32   of what follows, little-endian
//            type: uint8      MessageType
//            payload          of messages about a run it begins with the RunKey (two uint32)
//
// A frame means the same wherever it is carried: a socket, an MPI message, a spool file.

// To the supervisor.

/// What is the same for all runs. First message; before it nothing is started.
struct Configure {
  RunSettings settings;
  bool operator==(const Configure&) const = default;
};

/// What each slot of this supervisor may use. Without it a trial may use all that the supervisor
/// may.
struct Share {
  std::vector<SlotShare> slots;
  bool operator==(const Share&) const = default;
};

/// Starts a run in a slot. A run that is alive or has ended here is not started again: what is
/// known of it (Started, Ended) is said once more.
struct Start {
  Launch launch;
  std::uint32_t slot = 0;
  bool operator==(const Start&) const = default;
};

/// Ends a run. (Cancel is the coordinator's wish, of several runs.)
struct CancelRun {
  RunKey run;
  bool now = false;
  bool operator==(const CancelRun&) const = default;
};

struct SetGrace {
  std::chrono::milliseconds grace{};
  bool operator==(const SetGrace&) const = default;
};

/// End all runs (TERM, grace, KILL; `now`: KILL), report them, exit.
struct Shutdown {
  bool now = false;
  bool operator==(const Shutdown&) const = default;
};

// From the supervisor: Started, Observed, Ended and Notice.

/// The order is that of MessageType.
using Message = std::variant<Configure, Share, Start, CancelRun, SetGrace, Shutdown, Started,
                             Observed, Ended, Notice>;

enum class MessageType : std::uint8_t {
  configure = 1,
  share,
  start,
  cancel,
  set_grace,
  shutdown,
  started,
  observed,
  ended,
  notice
};

/// Bytes that are no message.
class ProtocolError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The longest frame that is read.
constexpr std::size_t longest_frame_bytes = std::size_t{64} << 20;

/// Appends the frame of a message.
/// @throws ProtocolError if it would be longer than longest_frame_bytes.
void encode(const Message& message, std::string& frames);
std::string encode(const Message& message);

/// The message of one whole frame.
/// @throws ProtocolError for bytes that are none.
Message decode(std::string_view frame);

/// What a frame is, without reading the rest.
/// @throws ProtocolError for an unknown type.
MessageType type_of(std::string_view frame);
/// The run a frame is about; none for the other types and for a frame that is too short.
std::optional<RunKey> run_of(std::string_view frame);

/// Takes the first whole frame off `bytes`; none if it is not all there.
/// @throws ProtocolError for a length of zero or beyond longest_frame_bytes.
std::optional<std::string_view> next_frame(std::string_view& bytes);

/// Puts frames together from pieces of any length.
class FrameBuffer {
 public:
  void append(std::string_view bytes);
  /// The next whole frame; the view holds until the next call of either function.
  std::optional<std::string_view> next();
  bool empty() const { return at_ == bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace diwan
