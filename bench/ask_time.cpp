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

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure(const std::string& algorithm, std::uint32_t trials, std::uint32_t repetitions) {
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
  double first = 0;
  std::vector<double> asks;
  std::vector<double> tells;
  for (std::uint32_t i = 0; i <= repetitions; ++i) {
    const double before = cpu_milliseconds();
    const diwan::Assignment assignment = suggester->ask(1).items.at(0).assignment;
    const double asked = cpu_milliseconds();
    tell(++trial, assignment);
    if (i == 0) {
      first = asked - before;
    } else {
      asks.push_back(asked - before);
      tells.push_back(cpu_milliseconds() - asked);
    }
  }
  std::cout << R"({"algorithm":")" << algorithm << R"(","trials":)" << trials << R"(,"first_ms":)"
            << first << R"(,"ask_ms":)" << median(asks) << R"(,"longest_ms":)"
            << *std::max_element(asks.begin(), asks.end()) << R"(,"tell_ms":)" << median(tells)
            << "}" << std::endl;
}

}  // namespace

/// usage: bench_ask_time TRIALS[,TRIALS]... REPETITIONS ALGORITHM...
///
/// Tells random trials in ten mixed dimensions, then asks, tells the answer as issued and its
/// result, and so on. A JSON line for each: CPU time in milliseconds of the first ask, median and
/// greatest of the others, and the median of one trial's two tells.
int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: bench_ask_time TRIALS[,TRIALS]... REPETITIONS ALGORITHM...\n";
    return 2;
  }
  const auto repetitions = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  for (int a = 3; a < argc; ++a) {
    std::istringstream list(argv[1]);
    for (std::string trials; std::getline(list, trials, ',');) {
      measure(argv[a], static_cast<std::uint32_t>(std::strtoul(trials.c_str(), nullptr, 10)),
              repetitions);
    }
  }
  return 0;
}
