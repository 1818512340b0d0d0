// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "algorithms/hypervolume.hpp"
#include "algorithms/registry.hpp"

namespace diwan {
namespace {

using Rows = std::vector<std::vector<double>>;
using Objectives = std::function<std::vector<double>(const std::vector<double>&)>;

/// Two or more objectives to be minimised.
struct Task {
  SearchSpace space;
  Objectives objectives;
  std::vector<double> reference;
};

/// ZDT1 [Zitzler et al. 2000] in four dimensions: the front is f2 = 1 - sqrt(f1), where all
/// parameters but the first are 0.
Task zdt1() {
  std::vector<Parameter> parameters;
  for (const char* const name : {"a", "b", "c", "d"}) {
    parameters.push_back({name, Real{.low = 0, .high = 1}});
  }
  const auto objectives = [](const std::vector<double>& at) {
    const double g = 1 + 3 * (at[1] + at[2] + at[3]);
    return std::vector<double>{at[0], g * (1 - std::sqrt(at[0] / g))};
  };
  return {SearchSpace(parameters), objectives, {1.1, 3}};
}

/// Loss and time of a made-up training: more units cost time, one choice is better and slower.
Task training() {
  return {
      SearchSpace({{"lr", Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
                   {"layers", Integer{.low = 1, .high = 8}},
                   {"opt", Categorical{{"sgd", "adam", "rmsprop"}}}}),
      [](const std::vector<double>& at) {
        const double lr = std::log10(at[0]) + 2.5;
        return std::vector<double>{0.3 * lr * lr + 1 / at[1] + (at[2] == 1 ? 0 : 0.3),
                                   at[1] * (at[2] == 1 ? 1.5 : 1)};
      },
      {2, 13}};
}

/// Runs one trial at a time; an empty row is told as a failure.
Rows run(Suggester& suggester, const Task& task, std::uint32_t trials) {
  Rows rows;
  for (std::uint32_t trial = 1; trial <= trials; ++trial) {
    const Suggestions answer = suggester.ask(1);
    if (answer.items.empty()) {
      break;
    }
    const Assignment& at = answer.items[0].assignment;
    suggester.tell(Issued{.trial = trial, .assignment = at, .labels = {}});
    rows.push_back(task.objectives(at.values));
    suggester.tell(
        Finished{.trial = trial,
                 .outcome = rows.back().empty() ? TrialOutcome::failed : TrialOutcome::succeeded,
                 .objectives = rows.back()});
  }
  return rows;
}

std::unique_ptr<Suggester> suggester(const char* algorithm, const Task& task, std::uint64_t seed) {
  return make_suggester(
      algorithm, {.space = task.space,
                  .directions = std::vector<Direction>(task.reference.size(), Direction::minimize),
                  .seed = seed});
}

TEST(SeveralObjectives, HaveMoreHypervolumeByAModelThanByRandomSearch) {
  for (const Task& task : {zdt1(), training()}) {
    for (const std::uint64_t seed : {1U, 2U}) {
      const Rows random = run(*suggester("random", task, seed), task, 100);

      const Rows bayesian = run(*suggester("bayesianoptimization", task, seed), task, 40);
      const Rows parzen = run(*suggester("multivariate-tpe", task, seed), task, 100);

      EXPECT_GT(hypervolume(bayesian, task.reference), hypervolume(random, task.reference)) << seed;
      EXPECT_GT(hypervolume(parzen, task.reference), hypervolume(random, task.reference)) << seed;
    }
  }
}

TEST(SeveralObjectives, AreSearchedNearlyToTheirFront) {
  for (const std::uint64_t seed : {1U, 2U}) {
    const Rows rows = run(*suggester("bayesianoptimization", zdt1(), seed), zdt1(), 50);

    // Of what lies below (1.1, 3) the front leaves 1/3.
    EXPECT_GT(hypervolume(rows, zdt1().reference), 0.98 * (1.1 * 3 - 1.0 / 3)) << seed;
  }
}

TEST(SeveralObjectives, MayBeThree) {
  const Task task = {zdt1().space,
                     [](const std::vector<double>& at) {
                       const double g = 1 + at[3];
                       return std::vector<double>{g * at[0], g * at[1], g * (2 - at[0] - at[1])};
                     },
                     {2, 2, 3}};
  const Rows random = run(*suggester("random", task, 1), task, 60);

  const Rows bayesian = run(*suggester("bayesianoptimization", task, 1), task, 40);

  EXPECT_GT(hypervolume(bayesian, task.reference), hypervolume(random, task.reference));
}

TEST(SeveralObjectives, AvoidACornerWhereTrialsFail) {
  Task task = zdt1();
  task.objectives = [](const std::vector<double>& at) {
    return at[0] > 0.6 ? std::vector<double>{} : zdt1().objectives(at);
  };

  const Rows rows = run(*suggester("bayesianoptimization", task, 1), task, 50);

  EXPECT_LE(std::count(rows.begin() + 25, rows.end(), std::vector<double>{}), 8);
}

TEST(SeveralObjectives, MayBeMaximised) {
  const Task task = zdt1();
  const auto maximiser = make_suggester(
      "bayesianoptimization",
      {.space = task.space, .directions = {Direction::maximize, Direction::minimize}, .seed = 1});
  const auto minimiser = suggester("bayesianoptimization", task, 1);
  Task negated = task;
  negated.objectives = [&](const std::vector<double>& at) {
    std::vector<double> values = task.objectives(at);
    values[0] = -values[0];
    return values;
  };

  run(*maximiser, negated, 20);
  run(*minimiser, task, 20);

  EXPECT_EQ(maximiser->ask(3), minimiser->ask(3));
}

TEST(SeveralObjectives, SpreadManyPendingTrials) {
  const auto one = suggester("bayesianoptimization", zdt1(), 1);
  run(*one, zdt1(), 20);

  const std::vector<Suggestion> items = one->ask(12).items;

  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      double square = 0;
      for (std::size_t d = 0; d < 4; ++d) {
        square += std::pow(items[i].assignment.values[d] - items[j].assignment.values[d], 2);
      }
      EXPECT_GT(std::sqrt(square), 0.005) << i << ' ' << j;
    }
  }
}

TEST(SeveralObjectives, MaySayNothingOrTooMuch) {
  const std::vector<Objectives> all = {
      [](const auto&) {
        return std::vector<double>{7, 7};
      },
      [](const auto& at) {
        return std::vector<double>{at[0], at[0]};
      },
      [](const auto& at) {
        return std::vector<double>{at[0], -at[0]};
      },
      [](const auto& at) {
        return std::vector<double>{at[0] > 0.5 ? 1e300 : -1e300, at[1]};
      },
      [](const auto& at) {
        return std::vector<double>{at[0] * 1e-300, 3};
      },
      [](const auto& at) {
        return std::vector<double>{std::exp(60 * at[0]), std::exp(-at[1])};
      },
      [](const auto&) { return std::vector<double>{}; }};
  for (std::size_t i = 0; i < all.size(); ++i) {
    Task task = zdt1();
    std::set<std::vector<double>> points;
    task.objectives = [&](const std::vector<double>& at) {
      EXPECT_TRUE(task.space.contains(Assignment{at})) << i;
      points.insert(at);
      return all[i](at);
    };

    run(*suggester("bayesianoptimization", task, 1), task, 25);

    EXPECT_EQ(points.size(), 25U) << i;
  }
}

}  // namespace
}  // namespace diwan
