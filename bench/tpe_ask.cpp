// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <vector>

#include "algorithms/registry.hpp"

namespace {

/// Ten mixed dimensions: four floats (two log), three ints (one log, one in steps of 16), three
/// categoricals of 3, 2 and 4 choices.
diwan::SearchSpace mixed() {
  using diwan::Distribution;
  return diwan::SearchSpace(
      {{"f1", diwan::Real{.low = -5, .high = 5}},
       {"f2", diwan::Real{.low = 0, .high = 1}},
       {"f3", diwan::Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
       {"f4", diwan::Real{.low = 1e-6, .high = 0.1, .distribution = Distribution::log_uniform}},
       {"i1", diwan::Integer{.low = 1, .high = 10}},
       {"i2", diwan::Integer{.low = 8, .high = 1024, .distribution = Distribution::log_uniform}},
       {"i3", diwan::Integer{.low = 16, .high = 256, .step = 16}},
       {"c1", diwan::Categorical{{"a", "b", "c"}}},
       {"c2", diwan::Categorical{{"a", "b"}}},
       {"c3", diwan::Categorical{{"a", "b", "c", "d"}}}});
}

double loss(const diwan::SearchSpace& space, const diwan::Assignment& assignment) {
  double sum = 0;
  for (const double u : space.encode(assignment)) {
    sum += (u - 0.3) * (u - 0.3);
  }
  return sum;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

/// usage: bench_tpe_ask TRIALS REPETITIONS [ALGORITHM]
///
/// Tells random trials, then asks, tells the answer as issued and its result, and so on. Prints the
/// medians of the CPU time of one ask and of one trial's two tells, in milliseconds.
int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: bench_tpe_ask TRIALS REPETITIONS [ALGORITHM]\n";
    return 2;
  }
  const auto trials = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const auto repetitions = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  const diwan::SearchSpace space = mixed();
  const auto tpe = diwan::make_suggester(argc == 4 ? argv[3] : "tpe", {.space = space, .seed = 1});
  const auto random = diwan::make_suggester("random", {.space = space, .seed = 2});
  const auto tell = [&](std::uint32_t trial, const diwan::Assignment& assignment) {
    tpe->tell(diwan::Issued{.trial = trial, .assignment = assignment, .labels = {}});
    tpe->tell(diwan::Finished{.trial = trial, .objectives = {loss(space, assignment)}});
  };
  std::uint32_t trial = 0;
  for (const diwan::Suggestion& suggestion : random->ask(trials).items) {
    tell(++trial, suggestion.assignment);
  }
  std::vector<double> asks;
  std::vector<double> tells;
  for (std::uint32_t i = 0; i < repetitions; ++i) {
    const double before = cpu_seconds();
    const diwan::Assignment assignment = tpe->ask(1).items.at(0).assignment;
    const double asked = cpu_seconds();
    tell(++trial, assignment);
    asks.push_back((asked - before) * 1e3);
    tells.push_back((cpu_seconds() - asked) * 1e3);
  }
  const auto median = [](std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  };
  std::cout << "{\"trials\": " << trials << ", \"ask_ms\": " << median(asks)
            << ", \"tell_ms\": " << median(tells) << "}\n";
  return 0;
}
