// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "driver/launchers/supervisor/spawn.hpp"

namespace diwan::slurm {

/// The process behind a Scheduler; its stdin is its end of a socket. It is in a session of its
/// own, and is killed with its owner.
class ServerProcess {
 public:
  /// @throws std::system_error if it cannot be started.
  ServerProcess(Spawner& spawner, const std::vector<std::string>& words);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  int socket() const { return socket_; }
  /// Readable when it has written to stderr.
  int errors() const { return errors_; }
  /// The last of what it wrote there, so far.
  const std::string& last_words();
  /// Its end, killed at once or where it is not dead after a moment: how, and what it said last.
  std::string bury(bool at_once);

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
  int errors_ = -1;
  std::string last_words_;
};

}  // namespace diwan::slurm
