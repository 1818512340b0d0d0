// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace diwan::bench {

struct Figures {
  double per_second = 0;
  double cpu_ms = 0;  ///< for each program, its own included
};

/// CPU time of this process and of all it has waited for, in milliseconds.
double cpu_milliseconds();

/// Measures from its making to figures().
class Stopwatch {
 public:
  Figures figures(std::uint32_t count) const {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start_;
    return {count / wall.count(), (cpu_milliseconds() - cpu_) / count};
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double cpu_ = cpu_milliseconds();
};

/// Runs a program `count` times, `at_a_time` children at a time, each waited for.
/// @throws std::runtime_error if it cannot be started.
Figures bare_loop(std::vector<std::string> command, std::uint32_t count, std::uint32_t at_a_time);

}  // namespace diwan::bench
