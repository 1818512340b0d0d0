// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/cmaes.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "algorithms/rng.hpp"

namespace diwan {
namespace {

using Loss = std::function<double(const std::vector<double>&)>;

SearchSpace box(std::size_t dimensions, double low, double high) {
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < dimensions; ++i) {
    parameters.push_back({"x" + std::to_string(i), Real{.low = low, .high = high}});
  }
  return SearchSpace(parameters);
}

Problem problem_in(SearchSpace space, std::uint64_t seed) {
  return {.space = std::move(space), .seed = seed};
}

double sphere(const std::vector<double>& x) {
  double sum = 0;
  for (const double coordinate : x) {
    sum += (coordinate - 1) * (coordinate - 1);
  }
  return sum;
}

double rosenbrock(const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
  }
  return sum;
}

/// An ellipsoid of axes 1 to 10^3 whose axes are no parameters: x turned by a reflection.
double turned_ellipsoid(const std::vector<double>& x) {
  const auto n = static_cast<double>(x.size());
  double mean = 0;
  for (const double coordinate : x) {
    mean += (coordinate - 1) / n;
  }
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double turned = x[i] - 1 - 2 * mean;
    sum += std::pow(1e6, static_cast<double>(i) / (n - 1)) * turned * turned;
  }
  return sum;
}

Issued issued(std::uint32_t trial, const Suggestion& suggestion) {
  return {.trial = trial, .assignment = suggestion.assignment, .labels = {}};
}

/// Trials until the loss is at most `target`; `limit` if it never is.
std::size_t trials_to(double target, Suggester& suggester, const Loss& loss, std::size_t limit) {
  for (std::uint32_t trial = 1; trial <= limit; ++trial) {
    const Suggestion suggestion = suggester.ask(1).items.at(0);
    const double value = loss(suggestion.assignment.values);
    if (value <= target) {
      return trial;
    }
    suggester.tell(issued(trial, suggestion));
    suggester.tell(Finished{.trial = trial, .objectives = {value}});
  }
  return limit;
}

double best_after(std::size_t trials, Suggester& suggester, const Loss& loss) {
  double best = std::numeric_limits<double>::infinity();
  trials_to(
      -std::numeric_limits<double>::infinity(), suggester,
      [&](const std::vector<double>& values) {
        best = std::min(best, loss(values));
        return loss(values);
      },
      trials);
  return best;
}

std::size_t median_trials_to(double target, const SearchSpace& space, const Loss& loss,
                             std::size_t limit) {
  std::vector<std::size_t> trials;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Cmaes cmaes(problem_in(space, seed), {});
    trials.push_back(trials_to(target, cmaes, loss, limit));
  }
  std::sort(trials.begin(), trials.end());
  return trials[2];
}

TEST(Cmaes, ReachesTheSphereWithinThePublishedNumberOfTrials) {
  EXPECT_LT(median_trials_to(1e-9, box(10, -5, 5), sphere, 5000), 2000U);
}

TEST(Cmaes, LearnsTheAxesOfATurnedEllipsoid) {
  EXPECT_LT(median_trials_to(1e-9, box(10, -5, 5), turned_ellipsoid, 20000), 7000U);
}

TEST(Cmaes, FollowsTheValleyOfRosenbrock) {
  EXPECT_LT(median_trials_to(1e-9, box(10, -5, 5), rosenbrock, 20000), 8000U);
}

TEST(Cmaes, FindsTheBestIntegersAndChoices) {
  const SearchSpace space(
      {{"x", Real{.low = -1, .high = 1}},
       {"n", Integer{.low = 0, .high = 20}},
       {"m", Integer{.low = 1, .high = 500, .distribution = Distribution::log_uniform}},
       {"list", Discrete{.values = {8, 1, 2, 4}, .texts = {"8", "1", "2", "4"}}},
       {"c", Categorical{{"a", "b", "c", "d"}}},
       {"only", Integer{.low = 3, .high = 3}}});
  const auto loss = [](const std::vector<double>& v) {
    return v[0] * v[0] + std::fabs(v[1] - 17) + std::fabs(std::log(v[2] / 200)) +
           (v[3] == 0 ? 0 : 1) + (v[4] == 2 ? 0 : 2);
  };
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Cmaes cmaes(problem_in(space, seed), {});

    EXPECT_LT(best_after(600, cmaes, loss), 0.05) << "seed " << seed;
  }
}

TEST(Cmaes, FindsTheBestOnTheEdgeOfAConstraint) {
  const SearchSpace space({{"x", Real{.low = -2, .high = 2}}, {"y", Real{.low = -2, .high = 2}}});
  const Problem problem{
      .space = space, .seed = 3, .conditions = SpaceConditions(space, {}, {"x + y >= 1"})};
  const auto suggester = make_suggester("cmaes", problem);
  double best = 1e9;

  for (std::uint32_t trial = 1; trial <= 150; ++trial) {
    const Assignment assignment = suggester->ask(1).items.at(0).assignment;
    ASSERT_TRUE(problem.conditions.allows(assignment)) << trial;
    const double value =
        assignment.values[0] * assignment.values[0] + assignment.values[1] * assignment.values[1];
    best = std::min(best, value);
    suggester->tell(Issued{.trial = trial, .assignment = assignment, .labels = {}});
    suggester->tell(Finished{.trial = trial, .objectives = {value}});
  }

  EXPECT_LT(best, 0.505) << "0.5 at (0.5, 0.5)";
}

TEST(Cmaes, ReachesCornersExactly) {
  Cmaes cmaes(problem_in(box(4, 0, 1), 3), {});

  const double best = best_after(
      400, cmaes, [](const std::vector<double>& v) { return v[0] + v[1] - v[2] - v[3]; });

  EXPECT_EQ(best, -2);
}

TEST(Cmaes, GivesEveryIdleWorkerACandidateOfTheSameGeneration) {
  const Problem problem = problem_in(box(3, 0, 1), 5);
  Cmaes cmaes(problem, {});
  const Suggestions batch = cmaes.ask(100);
  ASSERT_EQ(batch.items.size(), 100U);
  for (std::uint32_t i = 0; i < 100; ++i) {
    cmaes.tell(issued(i + 1, batch.items[i]));
  }
  // Six results are short of a generation of seven: what is asked next is not moved by them.
  const Suggestions before = cmaes.ask(3);
  for (std::uint32_t trial = 1; trial <= 6; ++trial) {
    cmaes.tell(Finished{.trial = trial, .objectives = {static_cast<double>(trial)}});
  }
  EXPECT_EQ(cmaes.ask(3), before);

  cmaes.tell(Finished{.trial = 7, .objectives = {7.0}});

  EXPECT_NE(cmaes.ask(3), before);
}

TEST(Cmaes, LearnsAsWellWithManyTrialsAtATime) {
  const SearchSpace space = box(5, -5, 5);
  for (const std::size_t parallel : {4U, 16U}) {
    Cmaes cmaes({.space = space,
                 .seed = 1,
                 .max_trials = 1500,
                 .parallel = static_cast<std::uint32_t>(parallel)},
                {});
    std::map<std::uint32_t, double> running;
    Draw order(1, 1);
    double best = 1e9;
    for (std::uint32_t trial = 1; trial <= 1500;) {
      for (const Suggestion& one : cmaes.ask(parallel - running.size()).items) {
        cmaes.tell(issued(trial, one));
        running[trial++] = sphere(one.assignment.values);
      }
      const auto ended =
          std::next(running.begin(), static_cast<std::ptrdiff_t>(order.below(running.size())));
      best = std::min(best, ended->second);
      cmaes.tell(Finished{.trial = ended->first, .objectives = {ended->second}});
      running.erase(ended);
    }
    EXPECT_LT(best, 1e-3) << parallel;
  }
}

TEST(Cmaes, TakesACandidateThatWasIssuedAfterItsGenerationEnded) {
  const Problem problem = problem_in(box(3, 0, 1), 5);
  Cmaes cmaes(problem, {});
  const Suggestions batch = cmaes.ask(14);
  for (std::uint32_t i = 0; i < 7; ++i) {
    cmaes.tell(issued(i + 1, batch.items[i]));
  }
  for (std::uint32_t i = 0; i < 7; ++i) {
    cmaes.tell(Finished{.trial = i + 1, .objectives = {static_cast<double>(i)}});
  }
  const Suggestions second = cmaes.ask(1);
  for (std::uint32_t i = 7; i < 14; ++i) {
    cmaes.tell(issued(i + 1, batch.items[i]));
  }
  EXPECT_EQ(cmaes.ask(1), second);

  for (std::uint32_t i = 7; i < 14; ++i) {
    cmaes.tell(Finished{.trial = i + 1, .objectives = {static_cast<double>(i)}});
  }

  EXPECT_NE(cmaes.ask(1), second) << "seven results of the previous generation end this one";
}

/// Tells candidates that were asked for, and their values.
class Teller {
 public:
  explicit Teller(Cmaes& cmaes) : cmaes_(cmaes) {}

  std::vector<Suggestion> ask(std::size_t count) { return cmaes_.ask(count).items; }
  /// Issues them and gives the number of the first.
  std::uint32_t issue(const std::vector<Suggestion>& candidates) {
    const std::uint32_t first = next_;
    for (const Suggestion& one : candidates) {
      cmaes_.tell(issued(next_++, one));
    }
    return first;
  }
  void finish(std::uint32_t trial, double value) {
    cmaes_.tell(Finished{.trial = trial, .objectives = {value}});
  }
  /// A generation that was asked for, issued and finished; equal values rank in the order issued.
  void generation(const std::vector<double>& values) {
    std::uint32_t trial = issue(ask(values.size()));
    for (const double value : values) {
      finish(trial++, value);
    }
  }

 private:
  Cmaes& cmaes_;
  std::uint32_t next_ = 1;
};

TEST(Cmaes, LearnsFromCandidatesOfTheLastFourGenerations) {
  for (const std::size_t old : {4U, 5U}) {
    Cmaes cmaes(problem_in(box(3, 0, 1), 5), {});
    Teller teller(cmaes);
    const std::uint32_t late = teller.issue(teller.ask(7));
    for (std::size_t generation = 0; generation < old; ++generation) {
      teller.generation({1, 2, 3, 4, 5, 6, 7});
    }
    const std::vector<Suggestion> before = teller.ask(1);

    for (std::uint32_t trial = late; trial < late + 7; ++trial) {
      teller.finish(trial, 8);
    }

    EXPECT_EQ(teller.ask(1) == before, old > 4) << old;
  }
}

TEST(Cmaes, GoesBackToTheBestOfTheLastGenerations) {
  // How far the third generation is from the best of the first, whose value is given; the ranks
  // within each generation are the same.
  const auto distance = [](double value, std::size_t between) {
    Cmaes cmaes(problem_in(box(3, 0, 1), 5), {});
    Teller teller(cmaes);
    const std::vector<double> best = teller.ask(2).at(1).assignment.values;
    teller.generation({60, value, 61, 62, 63, 64, 65});
    for (std::size_t generation = 0; generation < between; ++generation) {
      teller.generation({10, 11, 12, 13, 14, 15, 16});
    }
    double sum = 0;
    for (const Suggestion& one : teller.ask(300)) {
      for (std::size_t j = 0; j < best.size(); ++j) {
        sum += std::pow(one.assignment.values[j] - best[j], 2);
      }
    }
    return sum;
  };

  EXPECT_LT(distance(0, 1), 0.9 * distance(50, 1));
  EXPECT_LT(distance(0, 4), distance(50, 4));
}

TEST(Cmaes, ForgetsWhatNoiseMayHaveMadeLookGood) {
  Cmaes cmaes(problem_in(box(3, 0, 1), 5), {});
  Teller teller(cmaes);
  const std::vector<double> lucky = teller.ask(1).at(0).assignment.values;
  teller.generation({-100, 1, 2, 3, 4, 5, 6});

  for (int generation = 0; generation < 40; ++generation) {
    const std::vector<Suggestion> candidates = teller.ask(7);
    std::uint32_t trial = teller.issue(candidates);
    for (const Suggestion& one : candidates) {
      teller.finish(trial++, -one.assignment.values[0]);
    }
  }

  EXPECT_NEAR(lucky[0], 0.5, 1e-12);
  EXPECT_GT(teller.ask(1).at(0).assignment.values[0], 0.95);
}

TEST(Cmaes, BeginsInTheMiddle) {
  Cmaes cmaes(problem_in(box(3, -1, 3), 5), {});

  EXPECT_EQ(cmaes.ask(1).items.at(0).assignment.values, std::vector<double>(3, 1.0));
}

TEST(Cmaes, LearnsOftenEnoughForFewTrials) {
  struct Case {
    std::uint32_t max_trials;
    std::uint32_t parallel;
    std::size_t generation;
  };
  for (const Case& one : {Case{30, 1, 4}, Case{100, 16, 4}, Case{200, 1, 8}, Case{5000, 64, 10}}) {
    const SearchSpace space = box(10, 0, 1);
    Cmaes cmaes({.space = space, .seed = 1, .max_trials = one.max_trials, .parallel = one.parallel},
                {});
    Teller teller(cmaes);
    const std::uint32_t first = teller.issue(teller.ask(one.generation));
    const std::vector<Suggestion> before = teller.ask(1);
    for (std::uint32_t i = 0; i + 1 < one.generation; ++i) {
      teller.finish(first + i, i);
    }
    ASSERT_EQ(teller.ask(1), before) << one.max_trials;

    teller.finish(first + static_cast<std::uint32_t>(one.generation) - 1, 20);

    EXPECT_NE(teller.ask(1), before) << one.max_trials;
  }
}

TEST(Cmaes, MovesAwayFromWhereTrialsFail) {
  std::size_t failed = 0;
  Cmaes cmaes(problem_in(box(4, 0, 1), 2), {});
  for (std::uint32_t trial = 1; trial <= 300; ++trial) {
    const Suggestion one = cmaes.ask(1).items.at(0);
    cmaes.tell(issued(trial, one));
    const std::vector<double>& v = one.assignment.values;
    if (v[0] < 0.6) {
      failed += trial > 150 ? 1 : 0;
      cmaes.tell(Finished{.trial = trial, .outcome = TrialOutcome::failed, .objectives = {}});
    } else {
      cmaes.tell(Finished{.trial = trial, .objectives = {v[0] + std::fabs(v[1] - 0.4)}});
    }
  }

  EXPECT_LT(failed, 100U);
}

TEST(Cmaes, TakesAnotherBudgetWhileItsFirstCandidatesRun) {
  Cmaes calm(problem_in(box(3, 0, 1), 3), {.population = 4});
  Cmaes steered(problem_in(box(3, 0, 1), 3), {.population = 4});
  const Suggestions batch = calm.ask(5);
  for (Cmaes* const one : {&calm, &steered}) {
    for (std::uint32_t trial = 1; trial <= 5; ++trial) {
      one->tell(
          Issued{.trial = trial, .assignment = batch.items[trial - 1].assignment, .labels = {}});
    }
  }

  steered.tell(BudgetChanged{.max_trials = 45, .parallel = 5});
  for (Cmaes* const one : {&calm, &steered}) {
    for (std::uint32_t trial = 1; trial <= 5; ++trial) {
      one->tell(Finished{.trial = trial, .objectives = {0.1 * trial}});
    }
  }

  EXPECT_EQ(steered.ask(4), calm.ask(4));
}

/// With an initial trial of the user's before them, and without.
class CmaesWithKnownResults : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(, CmaesWithKnownResults, testing::Bool());

TEST_P(CmaesWithKnownResults, StartsWhereTheyWereGood) {
  const SearchSpace space = box(4, 0, 1);
  Cmaes warm(problem_in(space, 3), {});
  if (GetParam()) {
    warm.tell(Issued{.trial = 1, .assignment = {{0.1, 0.2, 0.3, 0.4}}, .labels = {}});
  }
  for (std::uint64_t i = 0; i < 200; ++i) {
    Draw draw(11, 1, i);
    Assignment assignment;
    for (int d = 0; d < 4; ++d) {
      assignment.values.push_back(draw.uniform());
    }
    double loss = 0;
    for (const double x : assignment.values) {
      loss += (x - 0.8) * (x - 0.8);
    }
    warm.tell(Known{.assignment = assignment, .objectives = {loss}});
  }

  double mean = 0;
  for (const Suggestion& one : warm.ask(50).items) {
    for (const double x : one.assignment.values) {
      mean += x / 200;
    }
  }

  EXPECT_NEAR(mean, 0.75, 0.1);
}

TEST(Cmaes, IsDrawnToABetterAssignmentThatIsNotItsOwn) {
  const auto loss = [](const std::vector<double>& v) {
    return std::fabs(v[0] - 0.93) + std::fabs(v[1] - 0.07);
  };
  const auto distance = [&](bool helped) {
    Cmaes cmaes(problem_in(box(2, 0, 1), 4), {});
    std::uint32_t trial = 0;
    double sum = 0;
    for (int i = 0; i < 60; ++i) {
      if (helped && i % 6 == 0) {
        cmaes.tell(Issued{.trial = ++trial, .assignment = {{0.93, 0.07}}, .labels = {}});
        cmaes.tell(Finished{.trial = trial, .objectives = {0.0}});
      }
      const Suggestion one = cmaes.ask(1).items.at(0);
      cmaes.tell(issued(++trial, one));
      sum += i < 30 ? 0 : loss(one.assignment.values);
      cmaes.tell(Finished{.trial = trial, .objectives = {loss(one.assignment.values)}});
    }
    return sum;
  };

  EXPECT_LT(distance(true), 0.9 * distance(false));
}

TEST(Cmaes, StartsAnewOnceItHasConverged) {
  const auto spread = [](cmaes::RestartStrategy strategy) {
    Cmaes cmaes(problem_in(box(2, -1, 1.5), 6), {.restart = strategy});
    best_after(2500, cmaes, sphere);
    double lowest = 1;
    double highest = -1;
    for (std::uint32_t trial = 5000; trial < 5400; ++trial) {
      const Suggestion one = cmaes.ask(1).items.at(0);
      lowest = std::min(lowest, one.assignment.values[0]);
      highest = std::max(highest, one.assignment.values[0]);
      cmaes.tell(issued(trial, one));
      cmaes.tell(Finished{.trial = trial, .objectives = {sphere(one.assignment.values)}});
    }
    return highest - lowest;
  };

  EXPECT_LT(spread(cmaes::RestartStrategy::none), 1e-6);
  EXPECT_GT(spread(cmaes::RestartStrategy::ipop), 1e-3);
  EXPECT_GT(spread(cmaes::RestartStrategy::bipop), 1e-3);
}

TEST(Cmaes, StaysSoundLongAfterItHasConverged) {
  const SearchSpace space = box(2, -1, 1.5);
  Cmaes cmaes(problem_in(space, 6), {.restart = cmaes::RestartStrategy::none});

  const double best = best_after(15000, cmaes, sphere);

  EXPECT_LT(best, 1e-20);
  for (const Suggestion& one : cmaes.ask(10).items) {
    EXPECT_TRUE(space.contains(one.assignment));
    EXPECT_NEAR(one.assignment.values[0], 1, 1e-6);
  }
}

TEST(Cmaes, SurvivesSpacesOfOnePointEqualValuesAndHugeOnes) {
  const std::vector<SearchSpace> spaces = {
      SearchSpace({{"a", Integer{.low = 1, .high = 1}}, {"b", Real{.low = 2, .high = 2}}}),
      SearchSpace({{"a", Integer{.low = 1, .high = 1}},
                   {"b", Integer{.low = 1, .high = 1}},
                   {"c", Categorical{{"u", "v", "w"}}}}),
      SearchSpace({{"a", Integer{.low = 0, .high = 1}}, {"b", Real{.low = 2, .high = 2}}}),
      SearchSpace({{"a", Integer{.low = 0, .high = 1}}, {"b", Real{.low = 2, .high = 3}}}),
      box(2, 0, 1)};
  for (const SearchSpace& space : spaces) {
    for (const double value : {0.0, 1e300, -1e300}) {
      Cmaes cmaes(problem_in(space, 1), {});
      std::set<std::vector<double>> points;
      std::uint32_t trial = 0;
      for (; trial < 1500; ++trial) {
        const Suggestions answer = cmaes.ask(1);
        if (answer.exhausted) {
          break;
        }
        ASSERT_TRUE(space.contains(answer.items.at(0).assignment));
        points.insert(answer.items[0].assignment.values);
        cmaes.tell(issued(trial, answer.items[0]));
        cmaes.tell(Finished{.trial = trial, .objectives = {trial % 3 == 0 ? value : 0}});
      }
      EXPECT_EQ(trial, space.cardinality().value_or(1500));
      EXPECT_EQ(points.size(), trial);
    }
  }
}

TEST(Cmaes, ReadsItsSettings) {
  const CmaesOptions options = cmaes_options(
      {{"restart_strategy", "None"}, {"sigma", "0.25"}, {"popsize", "12"}, {"lr_adapt", "true"}});

  EXPECT_EQ(options.restart, cmaes::RestartStrategy::none);
  EXPECT_EQ(options.sigma, 0.25);
  EXPECT_EQ(options.population, 12U);
  EXPECT_EQ(options.adaptation, cmaes::Adaptation::always);
  EXPECT_EQ(cmaes_options({{"sigma", "-1"}}).sigma, 1.0 / 6);
  EXPECT_EQ(cmaes_options({{"sigma", "1"}}).sigma, 1);
  EXPECT_EQ(cmaes_options({{"sigma", "5"}}).sigma, 1.0 / 6);
}

}  // namespace
}  // namespace diwan
