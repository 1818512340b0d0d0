// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "driver/launchers/supervisor/outbox.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan {

/// A supervisor as the process that started it sees it.
///
/// Starting uses posix_spawn once, in the constructor; nothing later forks or makes a thread, so a
/// worker constructs it before MPI_Init. The constructor makes the calling process a subreaper: if
/// the supervisor is killed, its trials become our children and are killed by receive(). Not
/// thread-safe; nothing blocks but the destructor.
class SupervisorProcess {
 public:
  /// Runs `program exec --supervisor FD`.
  /// @throws std::system_error if it cannot be started.
  explicit SupervisorProcess(const std::filesystem::path& program);
  /// As shutdown with `now`; waits until the supervisor and all its trials are gone.
  ~SupervisorProcess();
  SupervisorProcess(const SupervisorProcess&) = delete;
  SupervisorProcess& operator=(const SupervisorProcess&) = delete;

  /// Queues a message and writes what the socket takes.
  void send(const Message& message);
  /// The same for whole frames, as they are.
  void send_frames(std::string_view frames);
  /// True while queued bytes wait for the socket: then ask poll(2) for POLLOUT too and call
  /// flush().
  bool pending() const { return !outgoing_.empty(); }
  void flush();

  /// The messages that have come. When the supervisor has died: kills what its trials left, then
  /// says a Notice and for each of its runs Ended{lost}. Of one that ended as it was told to, with
  /// all its runs, nothing is said.
  std::vector<Message> receive();
  /// The same as whole frames, one after the other, to be carried on as they are. Reads at most
  /// about `limit_bytes`: what is not read stays with the supervisor, which then slows its trials.
  std::string receive_frames(std::size_t limit_bytes = std::size_t{1} << 20);

  /// Readable when receive() has something; also when the supervisor has died.
  int descriptor() const { return socket_; }
  bool alive() const { return alive_; }
  /// Was it gone before it was told to end, or before its runs had ended?
  bool failed() const { return failed_; }
  /// Of its guardian, the process that was started here.
  pid_t pid() const { return pid_; }
  /// Runs sent and not yet reported as ended.
  const std::set<RunKey>& live() const { return live_; }

 private:
  void note_sent(std::string_view frames);
  void note_received(std::string_view frame);
  int wait_status(std::chrono::milliseconds patience);
  void bury(std::string& frames);
  void kill_remains();
  bool wait_for_end(std::chrono::milliseconds patience);

  pid_t pid_ = -1;
  std::uint64_t start_ticks_ = 0;
  int socket_ = -1;
  bool alive_ = false;
  bool dismissed_ = false;  ///< told to end
  bool failed_ = false;
  Outbox outgoing_;
  FrameBuffer incoming_;
  std::map<RunKey, pid_t> leaders_;  ///< of live runs, once started
  std::set<RunKey> live_;
};

}  // namespace diwan
