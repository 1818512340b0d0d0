// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "algorithms/registry.hpp"
#include "bench/search/functions.hpp"

namespace {

double loss(const diwan::SearchSpace& space, const diwan::Assignment& assignment) {
  double sum = 0;
  for (const double u : space.encode(assignment)) {
    sum += (u - 0.3) * (u - 0.3);
  }
  return sum;
}

double cpu_milliseconds() { return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC; }

struct Times {
  double first = 0;
  std::vector<double> rest;
};

Times measure(const std::string& algorithm, std::uint32_t trials, std::uint32_t repetitions) {
  const diwan::SearchSpace space = diwan::bench::mixed10();
  const auto suggester = diwan::make_suggester(algorithm, {.space = space, .seed = 1});
  const auto random = diwan::make_suggester("random", {.space = space, .seed = 2});
  const auto tell = [&](std::uint32_t trial, const diwan::Assignment& assignment) {
    suggester->tell(diwan::Issued{.trial = trial, .assignment = assignment, .labels = {}});
    suggester->tell(diwan::Finished{.trial = trial, .objectives = {loss(space, assignment)}});
  };
  std::uint32_t trial = 0;
  for (const diwan::Suggestion& suggestion : random->ask(trials).items) {
    tell(++trial, suggestion.assignment);
  }
  Times times;
  for (std::uint32_t i = 0; i <= repetitions; ++i) {
    const double before = cpu_milliseconds();
    const diwan::Assignment assignment = suggester->ask(1).items.at(0).assignment;
    const double time = cpu_milliseconds() - before;
    tell(++trial, assignment);
    (i == 0 ? times.first : times.rest.emplace_back()) = time;
  }
  std::sort(times.rest.begin(), times.rest.end());
  return times;
}

}  // namespace

/// usage: bench_ask_time TRIALS[,TRIALS]... REPETITIONS ALGORITHM...
///
/// Tells random trials in ten mixed dimensions, then asks, tells the answer as issued and its
/// result, and so on: CPU time in milliseconds of the first ask, and median and greatest of the
/// others.
int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: bench_ask_time TRIALS[,TRIALS]... REPETITIONS ALGORITHM...\n";
    return 2;
  }
  const auto repetitions = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  for (int a = 3; a < argc; ++a) {
    std::istringstream list(argv[1]);
    for (std::string trials; std::getline(list, trials, ',');) {
      const auto count = static_cast<std::uint32_t>(std::strtoul(trials.c_str(), nullptr, 10));
      const Times times = measure(argv[a], count, repetitions);
      std::cout << "| " << argv[a] << " | " << count << " | " << times.first << " | "
                << times.rest[times.rest.size() / 2] << " | " << times.rest.back() << " |"
                << std::endl;
    }
  }
  return 0;
}
