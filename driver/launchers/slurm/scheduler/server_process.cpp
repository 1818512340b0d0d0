// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/server_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/slurm/scheduler/refusal.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/outbox.hpp"

namespace diwan::slurm {

namespace {

constexpr std::size_t kept_bytes = 4096;

std::array<int, 2> socket_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error{errno, std::generic_category(), "socketpair"};
  }
  return ends;
}

std::vector<std::string> whole_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace

ServerProcess::ServerProcess(Spawner& spawner, const std::vector<std::string>& words) {
  const std::array<int, 2> talk = socket_pair();
  socket_ = talk[0];
  const Descriptor theirs{talk[1]};
  const std::array<int, 2> errors = socket_pair();
  errors_ = errors[0];
  const Descriptor their_errors{errors[1]};
  const Spawned child = spawner.spawn({.program = words.front(),
                                       .argv = words,
                                       .environment = whole_environment(),
                                       .directory = {},
                                       .cpus = {},
                                       .input = *theirs,
                                       .output = *their_errors,
                                       .error = *their_errors});
  pid_ = child.pid;
  if (child.error != 0) {
    bury(true);
    close(socket_);
    close(errors_);
    throw std::system_error{child.error, std::generic_category(), "cannot start " + words.front()};
  }
}

ServerProcess::~ServerProcess() {
  bury(true);
  close(socket_);
  close(errors_);
}

const std::string& ServerProcess::last_words() {
  last_words_ += read_socket(errors_, std::size_t{1} << 20).bytes;
  if (last_words_.size() > kept_bytes) {
    last_words_.erase(0, last_words_.size() - kept_bytes);
  }
  return last_words_;
}

std::string ServerProcess::bury(bool at_once) {
  if (pid_ <= 0) {
    return {};
  }
  int status = 0;
  // Whoever closed its end of the socket may still be on its way out, and say why.
  constexpr int most_tries = 50;
  for (int i = at_once ? most_tries : 0; waitpid(pid_, &status, WNOHANG) == 0; ++i) {
    if (i >= most_tries) {
      kill(pid_, SIGKILL);
    }
    usleep(2000);
  }
  pid_ = -1;
  const std::string how = WIFSIGNALED(status)
                              ? "ended by signal " + std::to_string(WTERMSIG(status))
                              : "ended with status " + std::to_string(WEXITSTATUS(status));
  const std::string words = slurm_words(last_words());
  return words.empty() ? how : how + ": " + words;
}

}  // namespace diwan::slurm
