// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "driver/launchers/supervisor/outbox.hpp"
#include "driver/shell/announce/order.hpp"

namespace diwan {

/// A command that announces is killed, with all its processes, after so long.
inline constexpr std::chrono::seconds longest_announcement{60};

/// Starts `program exec --herald FD`, the process that runs the commands of --on-best and --on-end.
/// It outlives whoever started it until its last command has ended. To be called before MPI_Init.
/// @return our end of its socket, which is inherited by programs executed in our place
/// @throws std::system_error
int start_herald(const std::filesystem::path& program);

/// The variable by which a program executed in our place learns of that socket.
inline constexpr const char* herald_variable = "DIWAN_HERALD";
/// The socket that it names, kept from children from now on; nothing where there is none.
std::optional<int> inherited_herald();

/// What that process does: runs the orders that come, one after the other, and says how each went.
/// Of orders of one option that wait only the last is run.
void herald_main(int socket);

/// The herald as the process that sends it orders sees it; nothing blocks but wait().
class Herald {
 public:
  /// @param socket  of start_herald; closed in the end, and kept from children from now on
  explicit Herald(int socket);
  ~Herald();
  Herald(const Herald&) = delete;
  Herald& operator=(const Herald&) = delete;

  void send(const AnnounceOrder& order);
  /// What failed since the last call, for people.
  std::vector<std::string> failures();
  /// Waits until all orders have ended, for at most so long.
  void wait(std::chrono::milliseconds patience);

 private:
  void receive();

  int socket_;
  Outbox outgoing_;
  std::string incoming_;
  std::size_t open_ = 0;  ///< orders whose end was not told
  std::vector<std::string> failures_;
};

}  // namespace diwan
