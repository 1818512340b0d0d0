// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/outbox.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace diwan {

bool Outbox::flush(int socket) {
  while (sent_ < bytes_.size()) {
    const ssize_t size =
        send(socket, bytes_.data() + sent_, bytes_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) {
      continue;
    }
    if (size < 0 && errno != EAGAIN) {
      bytes_.clear();
      sent_ = 0;
      return false;
    }
    if (size < 0) {
      break;
    }
    sent_ += static_cast<std::size_t>(size);
  }
  if (sent_ == bytes_.size()) {
    bytes_.clear();
    sent_ = 0;
  } else if (sent_ > bytes_.size() / 2) {
    bytes_.erase(0, sent_);
    sent_ = 0;
  }
  return true;
}

Received read_socket(int socket, std::size_t limit_bytes) {
  std::array<char, 65536> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by recv
  Received received;
  std::string& bytes = received.bytes;
  while (bytes.size() < limit_bytes) {
    const std::size_t asked = std::min(piece.size(), limit_bytes - bytes.size());
    const ssize_t size = recv(socket, piece.data(), asked, MSG_DONTWAIT);
    bytes.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (size < 0 && errno == EINTR) {
      continue;
    }
    if (size == 0 || (size < 0 && errno != EAGAIN)) {
      received.gone = true;
    }
    // Less than asked for means that the socket is empty: no second call only to hear that.
    if (size < static_cast<ssize_t>(asked)) {
      break;
    }
  }
  return received;
}

}  // namespace diwan
