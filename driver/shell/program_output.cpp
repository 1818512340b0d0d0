// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/program_output.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace diwan {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    all.push_back(text.data());
  }
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  std::vector<std::string> all = variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    const bool given = std::ranges::any_of(variables, [&](const std::string& variable) {
      return std::string_view(variable).substr(0, variable.find('=')) == name;
    });
    if (!given) {
      all.emplace_back(text);
    }
  }
  return all;
}

/// The child, with both its streams into `output`. @throws std::runtime_error.
pid_t start(std::vector<std::string> argv, std::vector<std::string> environment, int output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = -1;
  const int error = posix_spawnp(&child, argv.front().c_str(), &files, &attributes,
                                 pointers(argv).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    throw std::runtime_error(argv.front() + ": " + std::strerror(error));  // NOLINT(concurrency-*)
  }
  return child;
}

/// Reads until the other side closes; false if that takes longer.
bool read_all(int input, Clock::time_point until, std::string& text) {
  constexpr std::size_t most = std::size_t{1} << 20;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    pollfd ready = {.fd = input, .events = POLLIN, .revents = 0};
    const int count = left.count() > 0 ? poll(&ready, 1, static_cast<int>(left.count())) : 0;
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    const ssize_t bytes = read(input, buffer.data(), buffer.size());
    if (bytes <= 0) {
      return true;
    }
    if (text.size() < most) {
      text.append(buffer.data(), static_cast<std::size_t>(bytes));
    }
  }
}

/// How it ended; it is killed if it has not by then.
std::string end_of(pid_t child, bool in_time, std::chrono::milliseconds patience) {
  if (!in_time) {
    kill(child, SIGKILL);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    return "no answer in " + std::to_string(patience.count()) + " ms";
  }
  if (WIFSIGNALED(status)) {
    return "ended by signal " + std::to_string(WTERMSIG(status));
  }
  return WEXITSTATUS(status) == 0 ? "" : "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::string program_output(const std::vector<std::string>& argv,
                           const std::vector<std::string>& variables,
                           std::chrono::milliseconds patience) {
  std::array<int, 2> ends = {-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error(argv.front() + ": no pipe");
  }
  pid_t child = -1;
  try {
    child = start(argv, environment_with(variables), ends[1]);
  } catch (...) {
    close(ends[0]);
    close(ends[1]);
    throw;
  }
  close(ends[1]);
  std::string text;
  const bool in_time = read_all(ends[0], Clock::now() + patience, text);
  close(ends[0]);
  const std::string failure = end_of(child, in_time, patience);
  if (!failure.empty()) {
    const std::string said = text.substr(0, text.find('\n'));
    throw std::runtime_error(argv.front() + ": " + failure + (said.empty() ? "" : ": " + said));
  }
  return text;
}

}  // namespace diwan
