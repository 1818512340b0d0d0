// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Diwan's search algorithms in a program of one's own: ask for points, tell what they gave.
//
//   ask-tell [ALGORITHM]      default: auto
//
// Prints the best of 60 points of Branin's function, whose minimum is 0.397887.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <numbers>

#include "algorithms/registry.hpp"

namespace {

double branin(double x, double y) {
  constexpr double pi = std::numbers::pi;
  const double valley = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
  return valley * valley + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    diwan::Problem problem;
    problem.space = diwan::SearchSpace(
        {{"x", diwan::Real{.low = -5, .high = 10}}, {"y", diwan::Real{.low = 0, .high = 15}}});
    problem.directions = {diwan::Direction::minimize};
    problem.max_trials = 60;
    problem.seed = 7;
    const auto suggester = diwan::make_suggester(argc > 1 ? argv[1] : "auto", problem);

    diwan::Assignment best;
    double least = INFINITY;
    for (std::uint32_t trial = 1; trial <= problem.max_trials; ++trial) {
      const diwan::Suggestions answer = suggester->ask(1);
      if (answer.items.empty()) {
        break;  // no further point
      }
      const diwan::Suggestion& next = answer.items.front();
      suggester->tell(diwan::Issued{trial, next.assignment, next.labels, next.parent});

      const double loss = branin(next.assignment.values[0], next.assignment.values[1]);

      suggester->tell(diwan::Finished{trial, diwan::TrialOutcome::succeeded, {loss}});
      if (loss < least) {
        least = loss;
        best = next.assignment;
      }
    }
    std::printf("branin(%s, %s) = %.6f\n", problem.space.text(0, best.values[0]).c_str(),
                problem.space.text(1, best.values[1]).c_str(), least);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ask-tell: %s\n", error.what());
    return 2;
  }
}
