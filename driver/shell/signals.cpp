// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace diwan {
namespace {

constexpr std::array watched = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCONT};

// A handler may touch no more than this pipe; static because handlers take no argument.
std::array<int, 2> signal_pipe = {-1, -1};                     // NOLINT
std::array<struct sigaction, watched.size()> previous_action;  // NOLINT
struct sigaction previous_pipe_action;                         // NOLINT

void note_signal(int number) {
  const int saved = errno;
  const auto byte = static_cast<unsigned char>(number);
  // A full pipe already says enough.
  [[maybe_unused]] const auto ignored = write(signal_pipe[1], &byte, 1);
  errno = saved;
}

}  // namespace

Signals::Signals() {
  if (pipe2(signal_pipe.data(), O_NONBLOCK | O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  struct sigaction action = {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < watched.size(); ++i) {
    sigaction(watched[i], &action, &previous_action[i]);
  }
  // Nobody may be reading what we print any more (`| head`); that ends no experiment.
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &previous_pipe_action);
}

Signals::~Signals() {
  for (std::size_t i = 0; i < watched.size(); ++i) {
    sigaction(watched[i], &previous_action[i], nullptr);
  }
  sigaction(SIGPIPE, &previous_pipe_action, nullptr);
  close(signal_pipe[0]);
  close(signal_pipe[1]);
  signal_pipe = {-1, -1};
}

std::vector<int> Signals::take() {
  std::array<unsigned char, 64> bytes{};
  const auto count = read(signal_pipe[0], bytes.data(), bytes.size());
  return count > 0 ? std::vector<int>(bytes.begin(), bytes.begin() + count) : std::vector<int>{};
}

int Signals::wake_descriptor() const { return signal_pipe[0]; }

}  // namespace diwan
