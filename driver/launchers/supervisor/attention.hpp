// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <vector>

#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/run.hpp"

namespace diwan {

/// What the supervisor waits for: its client's socket, ends of children, and the streams of runs.
class Attention {
 public:
  /// Blocks SIGCHLD, which shows here from now on.
  /// @throws std::system_error if the kernel refuses.
  explicit Attention(int socket);

  /// A stream (0 or 1) of the run of that number can be read or is at its end.
  struct StreamReady {
    std::uint32_t run = 0;
    int which = 0;
  };
  struct News {
    bool client = false;  ///< the socket can be read or written
    bool children = false;
    std::vector<StreamReady> streams;
  };
  /// What there is, waiting at most so many milliseconds for it; -1: without end.
  News wait(int patience_ms);

  /// Whether the client has left no room, so that it is news when there is some again.
  void await_room(bool await);
  /// The socket is no news any more.
  void leave_client();
  void watch_streams(std::uint32_t number, const Run& run);
  /// A stream that is not watched stays so.
  void unwatch_stream(const Run& run, int which);

 private:
  int socket_;
  Descriptor signals_;
  Descriptor epoll_;
  bool awaits_room_ = false;
};

}  // namespace diwan
