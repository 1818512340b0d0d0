// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diwan {

/// Bytes on their way into a stream socket that never makes its writer wait.
class Outbox {
 public:
  std::string& queue() { return bytes_; }
  std::size_t size() const { return bytes_.size() - sent_; }
  bool empty() const { return size() == 0; }
  /// Writes what the socket takes.
  /// @return false if the other end is gone; what was queued is then dropped
  bool flush(int socket);

 private:
  std::string bytes_;
  std::size_t sent_ = 0;
};

/// Reads what a stream socket holds, to at most `limit_bytes`.
struct Received {
  std::string bytes;
  bool gone = false;  ///< the other end is closed
};
Received read_socket(int socket, std::size_t limit_bytes);

}  // namespace diwan
