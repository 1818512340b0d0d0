// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// A bare loop of posix_spawn and waitpid, what running programs costs without Diwan:
//
//   spawn_rate COUNT AT_A_TIME PROGRAM [ARGUMENT...]
//
// Prints one line of JSON: programs a second, and CPU time for each in milliseconds.

#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/bare_loop.hpp"

int main(int argc, char** argv) {
  try {
    if (argc < 4) {
      throw std::invalid_argument{"usage: spawn_rate COUNT AT_A_TIME PROGRAM [ARGUMENT...]"};
    }
    const auto count = static_cast<std::uint32_t>(std::stoul(argv[1]));
    const auto at_a_time = static_cast<std::uint32_t>(std::stoul(argv[2]));
    const diwan::bench::Figures figures =
        diwan::bench::bare_loop(std::vector<std::string>(argv + 3, argv + argc), count, at_a_time);
    std::printf("{\"per_second\":%.1f,\"cpu_ms\":%.4f}\n", figures.per_second, figures.cpu_ms);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "spawn_rate: %s\n", error.what());
    return 1;
  }
}
