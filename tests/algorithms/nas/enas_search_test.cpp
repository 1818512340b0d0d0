// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "made_up_task.hpp"

namespace diwan::nas {
namespace {

/// The best of so many trials, four at a time.
double best_of(const std::string& algorithm, const Problem& problem, const Task& task,
               std::uint32_t trials) {
  const auto suggester = make_suggester(algorithm, problem);
  double best = -1e9;
  std::vector<std::pair<std::uint32_t, double>> running;
  for (std::uint32_t trial = 1; trial <= trials; ++trial) {
    const Assignment assignment = suggester->ask(1).items.at(0).assignment;
    suggester->tell(Issued{.trial = trial, .assignment = assignment, .labels = {}});
    running.emplace_back(trial, task(architecture_of(assignment)));
    best = std::max(best, running.back().second);
    if (running.size() == 4) {
      const auto [ended, value] = running.front();
      running.erase(running.begin());
      suggester->tell(Finished{.trial = ended, .objectives = {value}});
    }
  }
  return best;
}

struct Course {
  std::size_t layers;
  std::size_t operations;
  bool neighbours;
};

class EnasAgainstRandom : public testing::TestWithParam<Course> {};

// docs/algorithms.md has what this prints.
TEST_P(EnasAgainstRandom, FindsABetterArchitectureForNearlyEverySeed) {
  constexpr std::uint32_t trials = 200;
  constexpr int seeds = 8;
  const auto [layers, operations, neighbours] = GetParam();
  int wins = 0;
  double enas = 0;
  double random = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Task task(layers, operations, neighbours, seed);
    const Problem problem = problem_with(layers, operations, seed);
    const double ours = best_of("enas", problem, task, trials);
    const double theirs = best_of("random", problem, task, trials);
    wins += ours > theirs ? 1 : 0;
    enas += ours / seeds;
    random += theirs / seeds;
  }

  std::printf("%zu layers, %zu operations%s: enas %.1f, random %.1f, %d of %d won\n", layers,
              operations, neighbours ? ", neighbours matter" : "", enas, random, wins, seeds);
  EXPECT_GE(wins, seeds - 1);
  EXPECT_GT(enas, 1.25 * random);
}

INSTANTIATE_TEST_SUITE_P(Tasks, EnasAgainstRandom,
                         testing::Values(Course{8, 22, false}, Course{8, 22, true},
                                         Course{12, 6, false}, Course{12, 6, true}),
                         [](const auto& one) {
                           return "Layers" + std::to_string(one.param.layers) +
                                  (one.param.neighbours ? "Neighbours" : "Alone");
                         });

}  // namespace
}  // namespace diwan::nas
