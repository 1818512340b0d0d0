// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "bench/bare_loop.hpp"

#include <stdexcept>

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace diwan::bench {

double cpu_milliseconds() {
  double total = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      total += static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    }
  }
  return total;
}

Figures bare_loop(std::vector<std::string> command, std::uint32_t count, std::uint32_t at_a_time) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (std::string& word : command) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  const Stopwatch watch;
  std::uint32_t alive = 0;
  for (std::uint32_t started = 0, ended = 0; ended < count;) {
    for (; started < count && alive < at_a_time; ++started, ++alive) {
      pid_t pid = 0;
      if (posix_spawn(&pid, argv.front(), nullptr, nullptr, argv.data(), environ) != 0) {
        throw std::runtime_error{"posix_spawn of " + command.front() + " failed"};
      }
    }
    waitpid(-1, nullptr, 0);
    --alive;
    ++ended;
  }
  return watch.figures(count);
}

}  // namespace diwan::bench
