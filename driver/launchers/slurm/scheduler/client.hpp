// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/launchers/slurm/scheduler/protocol.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"
#include "driver/launchers/slurm/scheduler/server_process.hpp"
#include "driver/launchers/supervisor/outbox.hpp"
#include "driver/launchers/supervisor/spawn.hpp"

namespace diwan::slurm {

/// How long a Client waits.
struct Patience {
  std::chrono::milliseconds answer{60000};  ///< for the next answer; then the process is killed
  std::chrono::milliseconds restart{200};   ///< before a dead process is started again, doubled
  std::chrono::milliseconds longest_restart{30000};
};

/// The Scheduler that asks a process. Of one thread, which starts the process and must outlive it.
class Client final : public Scheduler {
 public:
  Client(const std::filesystem::path& program, Patience patience);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() override;

  std::uint64_t submit(const JobRequest& request) override { return add({0, Submit{request}}); }
  std::uint64_t ask(const std::vector<std::uint32_t>& arrays) override;
  std::uint64_t find(const std::vector<std::string>& comments) override;
  std::uint64_t cancel(std::uint32_t array, const std::vector<std::uint32_t>& tasks) override;
  std::uint64_t signal(std::uint32_t array, std::uint32_t task, int number) override;
  std::uint64_t limits() override { return add({0, AskLimits{}}); }

  std::vector<Answer> answers() override;
  int descriptor() const override { return events_; }
  std::uint64_t requests() const override { return requests_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Open {
    std::uint64_t question = 0;
    std::string line;
  };

  std::uint64_t add(Question question);
  void start();
  void read();
  void take(const std::string& line);
  void use_tools(const std::string& why);
  void lose(bool at_once, const std::string& why);
  void refuse_open(const std::string& why);
  void arm();
  bool overdue() const;

  std::string library_;             ///< diwan-slurm
  std::vector<std::string> tools_;  ///< the words that start the other
  Patience patience_;
  Spawner spawner_;
  int events_ = -1;  ///< epoll: the process' socket, its stderr, the timer
  int timer_ = -1;   ///< set to when we have to act, or have answers

  bool with_library_ = true;
  std::unique_ptr<ServerProcess> process_;  ///< none: to be started at `restart_at_`
  std::uint64_t starts_ = 0;
  bool ready_ = false;
  bool answered_ = false;  ///< since it was started
  int silent_deaths_ = 0;
  Clock::time_point restart_at_;
  std::chrono::milliseconds pause_;
  Clock::time_point waits_since_;  ///< the process, for its next line
  Outbox outbox_;
  std::string incoming_;

  std::uint64_t last_question_ = 0;
  std::uint64_t requests_ = 0;
  std::deque<Open> open_;
  std::vector<Answer> answers_;
};

}  // namespace diwan::slurm
