// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/command.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/supervisor/command_line.hpp"
#include "driver/launchers/supervisor/environment.hpp"

namespace diwan::slurm {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::array kept_names = {"SLURM_CONF", "SLURM_CONF_SERVER", "SLURM_JWT"};
constexpr std::array removed_beginnings = {"SBATCH_",  "SALLOC_",   "SRUN_", "SQUEUE_",
                                           "SCANCEL_", "SCONTROL_", "SINFO_"};

/// Closed with its owner, or before.
class End {
 public:
  explicit End(int number = -1) : number_{number} {}
  ~End() { close(); }
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  int operator*() const { return number_; }
  void set(int number) { number_ = number; }
  bool open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) {
      ::close(std::exchange(number_, -1));
    }
  }

 private:
  int number_;
};

/// One stream of a child: a socket pair, since a socket can be written to without SIGPIPE.
struct Stream {
  End ours;
  End theirs;
  Stream() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::system_error{errno, std::generic_category(), "socketpair"};
    }
    ours.set(ends[0]);
    theirs.set(ends[1]);
  }
};

void read_into(End& end, std::string& text) {
  std::array<char, 65536> piece{};
  const ssize_t size = recv(*end, piece.data(), piece.size(), MSG_DONTWAIT);
  if (size > 0) {
    text.append(piece.data(), static_cast<std::size_t>(size));
  } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
    end.close();
  }
}

void write_from(End& end, std::string_view& rest) {
  const ssize_t size = send(*end, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size > 0) {
    rest.remove_prefix(static_cast<std::size_t>(size));
  } else if (errno != EAGAIN && errno != EINTR) {
    rest = {};
  }
  if (rest.empty()) {
    end.close();
  }
}

}  // namespace

std::vector<std::string> slurm_environment(const char* const* environment) {
  std::vector<std::string> kept = clean_environment(environment);
  std::erase_if(kept, [](const std::string& variable) {
    return std::any_of(removed_beginnings.begin(), removed_beginnings.end(),
                       [&](const char* beginning) { return variable.starts_with(beginning); });
  });
  for (const char* const* variable = environment; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    if (std::find(kept_names.begin(), kept_names.end(), name) != kept_names.end() &&
        std::find(kept.begin(), kept.end(), text) == kept.end()) {
      kept.emplace_back(text);
    }
  }
  return kept;
}

Finished run_command(Spawner& spawner, const std::vector<std::string>& words,
                     const std::vector<std::string>& environment, std::string_view input,
                     milliseconds limit, std::string_view last_words) {
  Finished finished;
  SpawnOrder order{
      .program = {}, .argv = words, .environment = environment, .directory = {}, .cpus = {}};
  try {
    order.program = find_program(words.front(), environment, "/");
  } catch (const CommandError& error) {
    return {.status = 127, .out = {}, .error = error.what()};
  }
  Stream in;
  Stream out;
  Stream error;
  order.input = *in.theirs;
  order.output = *out.theirs;
  order.error = *error.theirs;
  const Spawned child = spawner.spawn(order);
  in.theirs.close();
  out.theirs.close();
  error.theirs.close();
  if (child.error != 0) {
    if (child.pid > 0) {
      waitpid(child.pid, nullptr, 0);
    }
    return {.status = 127,
            .out = {},
            .error = "cannot start " + order.program + ": " + std::strerror(child.error)};
  }

  if (input.empty()) {
    in.ours.close();
  }
  const auto deadline = steady_clock::now() + limit;
  while (out.ours.open() || error.ours.open()) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    const bool said = !last_words.empty() && finished.error.find(last_words) != std::string::npos;
    if (said || left <= milliseconds{0}) {
      finished.killed = true;
      break;
    }
    // A descriptor below zero is left out by poll.
    std::array<pollfd, 3> entries = {pollfd{.fd = *in.ours, .events = POLLOUT, .revents = 0},
                                     pollfd{.fd = *out.ours, .events = POLLIN, .revents = 0},
                                     pollfd{.fd = *error.ours, .events = POLLIN, .revents = 0}};
    poll(entries.data(), entries.size(), static_cast<int>(left.count()));
    if (in.ours.open() && entries[0].revents != 0) {
      write_from(in.ours, input);
    }
    if (out.ours.open() && entries[1].revents != 0) {
      read_into(out.ours, finished.out);
    }
    if (error.ours.open() && entries[2].revents != 0) {
      read_into(error.ours, finished.error);
    }
  }
  if (finished.killed) {
    kill(-child.pid, SIGKILL);
  }
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

}  // namespace diwan::slurm
