// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/port_lease.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace diwan {

namespace {

/// A port that the kernel gives to nobody else while it lets us have it.
std::optional<int> free_port() {
  const Descriptor probe{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(*probe, generic, size) != 0 || getsockname(*probe, generic, &size) != 0) {
    return std::nullopt;
  }
  return ntohs(address.sin_port);
}

/// Binds an abstract socket named after the port, which one process of this network namespace can
/// have at a time, and which goes with it. False if another has it.
bool mark_as_ours(int mark, int port) {
  const std::string name = "diwan-port-" + std::to_string(port);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(&address.sun_path[1], name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return bind(mark, reinterpret_cast<const sockaddr*>(&address), size) == 0 || errno != EADDRINUSE;
}

}  // namespace

std::optional<PortLease> PortLease::take() {
  constexpr int most_attempts = 16;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const std::optional<int> port = free_port();
    if (!port) {
      return std::nullopt;
    }
    auto mark = std::make_unique<Descriptor>(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (mark_as_ours(**mark, *port)) {
      return PortLease(*port, std::move(mark));
    }
  }
  return std::nullopt;
}

}  // namespace diwan
