// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Trainings in which no one value is good all the time.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"

namespace diwan {
namespace {

/// Stochastic gradient descent on a quadratic with curvatures 1 and 0.03: what is expected of the
/// squares of both weights. Steps must be large to come down the flat side, and small in the end,
/// since the gradient's noise stays.
struct Descent {
  std::array<double, 2> squares = {100, 100};

  static SearchSpace space() {
    return SearchSpace(
        {{"lr", Real{.low = 1e-3, .high = 1.9, .distribution = Distribution::log_uniform}}});
  }
  void train(const std::vector<double>& values, int steps) {
    const double lr = values[0];
    for (int i = 0; i < steps; ++i) {
      for (std::size_t d = 0; d < 2; ++d) {
        const double shrink = 1 - lr * curvatures[d];
        squares[d] = shrink * shrink * squares[d] + lr * lr;
      }
    }
  }
  double loss() const { return (curvatures[0] * squares[0] + curvatures[1] * squares[1]) / 2; }

  static constexpr std::array<double, 2> curvatures = {1, 0.03};
};

/// The example of Jaderberg et al. 2017, figure 2: 1.2 - a^2 - b^2 is climbed by the gradient of
/// 1.2 - h a^2 - k b^2, which hardly moves a weight whose coefficient is small.
struct Surrogate {
  std::array<double, 2> weights = {0.9, 0.9};

  static SearchSpace space() {
    return SearchSpace({{"h", Real{.low = 0, .high = 1}}, {"k", Real{.low = 0, .high = 1}}});
  }
  void train(const std::vector<double>& values, int steps) {
    for (int i = 0; i < steps; ++i) {
      for (std::size_t d = 0; d < 2; ++d) {
        weights[d] -= 0.01 * 2 * values[d] * weights[d];
      }
    }
  }
  double loss() const { return weights[0] * weights[0] + weights[1] * weights[1]; }
};

/// The least loss after `members` times `generations` pieces of `steps`, `workers` at a time, each
/// trial as long as chance has it.
template <class Training>
double trained_by_pbt(std::uint64_t seed, std::uint32_t members, std::uint32_t generations,
                      int steps, std::size_t workers) {
  struct Work {
    double end = 0;
    std::uint32_t trial = 0;
  };
  const auto suggester =
      make_suggester("pbt", {.space = Training::space(),
                             .seed = seed,
                             .settings = {{"n_population", std::to_string(members)}}});
  std::map<std::uint32_t, Training> checkpoints;
  std::vector<Work> working;
  double clock = 0;
  double best = std::numeric_limits<double>::infinity();
  for (std::uint32_t trial = 1; trial <= members * generations;) {
    if (working.size() < workers) {
      const Suggestion next = suggester->ask(1).items.at(0);
      suggester->tell(Issued{.trial = trial,
                             .assignment = next.assignment,
                             .labels = next.labels,
                             .parent = next.parent});
      Training training = next.parent ? checkpoints.at(*next.parent) : Training{};
      training.train(next.assignment.values, steps);
      checkpoints[trial] = training;
      Draw draw(seed, 99, trial);
      working.push_back({.end = clock + 0.5 + draw.uniform(), .trial = trial});
      ++trial;
      continue;
    }
    const auto first = std::min_element(working.begin(), working.end(),
                                        [](auto& a, auto& b) { return a.end < b.end; });
    clock = first->end;
    const double loss = checkpoints.at(first->trial).loss();
    best = std::min(best, loss);
    suggester->tell(Finished{.trial = first->trial, .objectives = {loss}});
    working.erase(first);
  }
  return best;
}

/// The least loss of `trainings` whole ones with random values.
template <class Training>
double trained_by_random(std::uint64_t seed, std::uint32_t trainings, int steps) {
  const auto suggester = make_suggester("random", {.space = Training::space(), .seed = seed});
  double best = std::numeric_limits<double>::infinity();
  for (const Suggestion& one : suggester->ask(trainings).items) {
    Training training;
    training.train(one.assignment.values, steps);
    best = std::min(best, training.loss());
  }
  return best;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Of eleven seeds, with the same number of steps in all.
struct Outcome {
  double pbt = 0;     ///< median
  double random = 0;  ///< median
  int ahead = 0;      ///< seeds with which pbt is better
};

template <class Training>
Outcome compare(std::size_t workers) {
  constexpr std::uint32_t members = 8;
  constexpr std::uint32_t generations = 20;
  constexpr int steps = 10;
  std::vector<double> pbt;
  std::vector<double> random;
  Outcome outcome;
  for (std::uint64_t seed = 1; seed <= 11; ++seed) {
    pbt.push_back(trained_by_pbt<Training>(seed, members, generations, steps, workers));
    random.push_back(trained_by_random<Training>(seed, members, generations * steps));
    outcome.ahead += pbt.back() < random.back() ? 1 : 0;
  }
  outcome.pbt = median(pbt);
  outcome.random = median(random);
  return outcome;
}

/// The least loss that one and the same rate reaches.
double best_constant_rate() {
  double best = std::numeric_limits<double>::infinity();
  for (int k = 0; k < 759; ++k) {  // to 1.9
    Descent training;
    training.train({1e-3 * std::pow(1.01, k)}, 200);
    best = std::min(best, training.loss());
  }
  return best;
}

// docs/algorithms.md has these figures.
TEST(PbtSchedules, AreBetterThanAnyConstantRate) {
  const double constant = best_constant_rate();
  EXPECT_NEAR(constant, 0.2006, 1e-4);
  for (const auto& [workers, expected] : {std::pair{1U, 0.112}, {3U, 0.120}, {8U, 0.163}}) {
    const Outcome outcome = compare<Descent>(workers);

    EXPECT_NEAR(outcome.pbt, expected, 5e-4) << workers << " workers";
    EXPECT_NEAR(outcome.random, 0.2107, 1e-4);
    EXPECT_GE(outcome.ahead, 10) << workers << " workers";
  }
}

TEST(PbtSchedules, ClimbFurtherThanRandomSearch) {
  for (const std::size_t workers : {2U, 8U}) {
    const Outcome outcome = compare<Surrogate>(workers);

    EXPECT_LT(outcome.pbt, 0.5 * outcome.random) << workers << " workers";
    EXPECT_GE(outcome.ahead, 7) << workers << " workers";
  }
}

}  // namespace
}  // namespace diwan
