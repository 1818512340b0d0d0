// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <deque>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "driver/launchers/supervisor/attention.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/live_runs.hpp"
#include "driver/launchers/supervisor/outbox.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan {

/// The supervisor's one loop: messages, streams and ends of children, as they come.
class SupervisorLoop {
 public:
  /// Speaks over the stream socket `socket`. The process must be a subreaper with one thread.
  /// @throws std::system_error if the kernel refuses what the loop needs.
  SupervisorLoop(int socket, std::vector<std::string> environment);
  /// Returns when the client has asked for it or is gone, and nothing of any run is left.
  void run();

 private:
  void wait_and_read();
  int patience() const;
  void read_messages();
  void work(SteadyTime now);
  void look_at_files(SteadyTime now);
  void finish_runs();
  void finish(std::uint32_t number);
  void say_observations(Run& run, SteadyTime now);
  void flush();
  void pause_streams(bool pause);
  void discard_logs(SteadyTime now);
  void say_known_end(const Run& run);
  void client_is_gone();
  /// Queues a message, to be sent now or with the next one that is.
  void say(const Message& message);
  void say_soon(const Message& message);

  void on(const Configure& message);
  void on(const Share& message) { slots_ = message.slots; }
  void on(const Start& message);
  void on(const CancelRun& message);
  void on(const SetGrace& message) { grace_ = message.grace; }
  void on(const Shutdown& message);
  template <class FromUs>
  void on(const FromUs& /*message*/) {
    throw ProtocolError{"the client sent a message that only a supervisor sends"};
  }

  int socket_;
  Attention attention_;
  Descriptor null_device_;
  Spawner spawner_;
  std::vector<std::string> environment_;
  FrameBuffer incoming_;
  Outbox outbox_;
  std::optional<SteadyTime> held_until_;  ///< nothing in the outbox is pressing before
  std::list<RunHost> hosts_;              ///< the last one counts; runs refer to theirs
  std::vector<SlotShare> slots_;
  std::chrono::milliseconds grace_{};
  LiveRuns runs_;
  std::vector<RunKey> cancelled_, cancelled_now_;  ///< of the messages just read
  struct Discard {
    SteadyTime at;
    RunPaths paths;
  };
  std::deque<Discard> discards_;
  SteadyTime next_look_{};
  bool paused_ = false;
  bool client_gone_ = false;
  bool closing_ = false;
};

}  // namespace diwan
