// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/supervisor/command_line.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/spawn.hpp"
#include "driver/shell/announce/herald.hpp"

namespace diwan {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string how_it_ended(int status, const AnnounceOrder& order) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return {};
  }
  return order.argv.front() +
         (WIFSIGNALED(status) ? " was ended by signal " + std::to_string(WTERMSIG(status))
                              : " failed with exit status " + std::to_string(WEXITSTATUS(status))) +
         "; what it printed is in " + order.log;
}

/// Runs what it is told, one command at a time.
class HeraldLoop {
 public:
  explicit HeraldLoop(int socket) : socket_(socket) { ::fcntl(socket_, F_SETFD, FD_CLOEXEC); }

  void run() {
    while (!gone_ || running_ || !waiting_.empty()) {
      receive();
      if (running_) {
        look_after();
      } else if (!waiting_.empty()) {
        start();
        continue;
      }
      rest();
    }
  }

 private:
  void receive() {
    if (gone_) {
      return;
    }
    const Received received = read_socket(socket_, std::size_t{1} << 20);
    gone_ = received.gone;
    incoming_ += received.bytes;
    for (std::size_t end = incoming_.find('\n'); end != std::string::npos;
         end = incoming_.find('\n')) {
      if (auto order = decode_order(std::string_view(incoming_).substr(0, end))) {
        take(*std::move(order));
      }
      incoming_.erase(0, end + 1);
    }
  }

  /// News that were not told yet are no news any more.
  void take(AnnounceOrder order) {
    const auto old = std::ranges::find(waiting_, order.option, &AnnounceOrder::option);
    if (old != waiting_.end()) {
      waiting_.erase(old);
      tell(order.option, "");
    }
    waiting_.push_back(std::move(order));
  }

  void start() {
    AnnounceOrder order = std::move(waiting_.front());
    waiting_.pop_front();
    const Descriptor log(
        ::open(order.log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const int output = *log < 0 ? *nothing : *log;
    try {
      const Spawned child =
          spawner_.spawn({.program = find_program(order.argv.front(), order.environment, ""),
                          .argv = order.argv,
                          .environment = order.environment,
                          .directory = {},
                          .cpus = {},
                          .input = *nothing,
                          .output = output,
                          .error = output});
      if (child.error == 0) {
        pid_ = child.pid;
        deadline_ = steady_clock::now() + longest_announcement;
        running_ = std::move(order);
        return;
      }
      if (child.pid > 0) {
        ::waitpid(child.pid, nullptr, 0);
      }
      tell(order.option, order.argv.front() +
                             " cannot be started: " + std::generic_category().message(child.error));
    } catch (const CommandError& problem) {
      tell(order.option, problem.what());
    }
  }

  void look_after() {
    int status = 0;
    const bool late = steady_clock::now() >= deadline_;
    if (late) {
      ::kill(-pid_, SIGKILL);
    }
    if (::waitpid(pid_, &status, late ? 0 : WNOHANG) == 0) {
      return;
    }
    ::kill(-pid_, SIGKILL);  // what it left behind
    tell(running_->option, late
                               ? running_->argv.front() + " was ended, since it took longer than " +
                                     std::to_string(longest_announcement.count()) + " s"
                               : how_it_ended(status, *running_));
    running_.reset();
  }

  void tell(const std::string& option, const std::string& failure) {
    outgoing_.queue() += encode(AnnounceEnd{.option = option, .failure = failure});
    outgoing_.flush(socket_);
  }

  void rest() {
    pollfd entry{.fd = gone_ ? -1 : socket_, .events = POLLIN, .revents = 0};
    constexpr int beat_ms = 20;
    ::poll(&entry, 1, running_ ? beat_ms : gone_ ? 0 : -1);
  }

  int socket_;
  Spawner spawner_;
  Outbox outgoing_;
  std::string incoming_;
  std::deque<AnnounceOrder> waiting_;
  std::optional<AnnounceOrder> running_;
  pid_t pid_ = -1;
  steady_clock::time_point deadline_;
  bool gone_ = false;
};

}  // namespace

void herald_main(int socket) {
  // What ends the run is what is to be told of.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE}) {
    std::signal(number, SIG_IGN);
  }
  HeraldLoop(socket).run();
}

}  // namespace diwan
