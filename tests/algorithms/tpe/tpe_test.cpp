// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/tpe.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"

namespace diwan {
namespace {

SearchSpace plane() {
  return SearchSpace({{"x", Real{.low = 0, .high = 1}}, {"c", Categorical{{"a", "b", "c"}}}});
}

/// Tells `n` trials whose loss is the distance to (at, choice b); returns the number told.
std::uint32_t teach(Suggester& suggester, std::uint32_t n, double at) {
  for (std::uint32_t trial = 1; trial <= n; ++trial) {
    const double x = (trial - 0.5) / n;
    const double c = trial % 3;
    suggester.tell(Issued{.trial = trial, .assignment = {{x, c}}, .labels = {}});
    suggester.tell(Finished{.trial = trial,
                            .outcome = TrialOutcome::succeeded,
                            .objectives = {std::fabs(x - at) + (c == 1 ? 0 : 1)}});
  }
  return n;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Best objective after `trials` sequential trials.
template <class Objective>
double best_of(const char* algorithm, const SearchSpace& space, std::uint64_t seed,
               std::uint32_t trials, const Objective& objective) {
  const auto suggester = make_suggester(algorithm, {.space = space, .seed = seed});
  double best = 1e300;
  for (std::uint32_t trial = 1; trial <= trials; ++trial) {
    const Assignment assignment = suggester->ask(1).items.at(0).assignment;
    const double value = objective(assignment);
    best = std::min(best, value);
    suggester->tell(Issued{.trial = trial, .assignment = assignment, .labels = {}});
    suggester->tell(Finished{.trial = trial, .objectives = {value}});
  }
  return best;
}

template <class Objective>
double median_best(const char* algorithm, const SearchSpace& space, std::uint32_t trials,
                   const Objective& objective) {
  std::vector<double> bests;
  for (std::uint64_t seed = 0; seed < 7; ++seed) {
    bests.push_back(best_of(algorithm, space, seed, trials, objective));
  }
  return median(bests);
}

TEST(Tpe, BeatsRandomOnASphere) {
  std::vector<Parameter> parameters;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    parameters.push_back({name, Real{.low = -5, .high = 5}});
  }
  const auto sphere = [](const Assignment& at) {
    double sum = 0;
    for (const double x : at.values) {
      sum += (x - 1.3) * (x - 1.3);
    }
    return sum;
  };
  const SearchSpace space(parameters);

  // A half is far outside the luck of seven seeds.
  const double random = median_best("random", space, 60, sphere);
  EXPECT_LT(median_best("tpe", space, 60, sphere), 0.5 * random);
  EXPECT_LT(median_best("multivariate-tpe", space, 60, sphere), 0.5 * random);
}

TEST(Tpe, BeatsRandomOnAMixedSpace) {
  const SearchSpace space(
      {{"lr", Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
       {"layers", Integer{.low = 1, .high = 12}},
       {"width", Integer{.low = 8, .high = 1024, .distribution = Distribution::log_uniform}},
       {"dropout", Real{.low = 0, .high = 0.9, .step = 0.05}},
       {"opt", Categorical{{"sgd", "adam", "rmsprop", "lion"}}},
       {"batch", Discrete{.values = {16, 32, 64, 128}, .texts = {"16", "32", "64", "128"}}}});
  const auto loss = [](const Assignment& at) {
    const double lr = std::log10(at.values[0]) + 2.5;
    const double width = std::log2(at.values[2] / 200);
    return lr * lr + 0.05 * std::pow(at.values[1] - 5, 2) + 0.3 * width * width +
           4 * std::pow(at.values[3] - 0.3, 2) + (at.values[4] == 1 ? 0 : 1) +
           0.2 * std::fabs(at.values[5] - 2);
  };

  const double random = median_best("random", space, 70, loss);
  EXPECT_LT(median_best("tpe", space, 70, loss), 0.5 * random);
  EXPECT_LT(median_best("multivariate-tpe", space, 70, loss), 0.5 * random);
}

TEST(Tpe, LearnsAConditionalParameterByTheTrialsInWhichItApplied) {
  const SearchSpace space({{"opt", Categorical{{"sgd", "adam"}}},
                           {"momentum", Real{.low = 0, .high = 1}},
                           {"beta", Real{.low = 0, .high = 1}}});
  const SpaceConditions conditions(space, {{"momentum", "opt == 'sgd'"}, {"beta", "opt == 'adam'"}},
                                   {});
  for (const bool joint : {false, true}) {
    Tpe tpe(space, {.joint = joint}, 1, conditions);
    for (std::uint32_t trial = 1; trial <= 80; ++trial) {
      const double u = (trial - 0.5) / 80;
      const bool sgd = trial % 2 == 0;
      const double off = Assignment::inactive;
      tpe.tell(Issued{.trial = trial,
                      .assignment = {{sgd ? 0.0 : 1.0, sgd ? u : off, sgd ? off : u}},
                      .labels = {}});
      tpe.tell(Finished{.trial = trial,
                        .objectives = {sgd ? std::fabs(u - 0.2) : 0.05 + std::fabs(u - 0.8)}});
    }

    for (const Suggestion& suggestion : tpe.ask(6).items) {
      const std::vector<double>& at = suggestion.assignment.values;
      EXPECT_TRUE(conditions.complete(suggestion.assignment));
      if (at[0] == 0) {
        EXPECT_NEAR(at[1], 0.2, 0.2);
      } else {
        EXPECT_NEAR(at[2], 0.8, 0.25);
      }
    }
  }
}

TEST(Tpe, FillsABatchWithPointsApart) {
  for (const bool joint : {false, true}) {
    Tpe tpe(plane(), {.joint = joint}, 1);
    teach(tpe, 60, 0.7);

    std::set<double> places;
    for (const Suggestion& suggestion : tpe.ask(16).items) {
      places.insert(suggestion.assignment.values[0]);
    }

    EXPECT_EQ(places.size(), 16U);
  }
}

TEST(Tpe, GoesWhereTheGoodTrialsAre) {
  for (const bool joint : {false, true}) {
    Tpe tpe(plane(), {.joint = joint}, 1);
    teach(tpe, 60, 0.7);

    for (const Suggestion& suggestion : tpe.ask(5).items) {
      EXPECT_NEAR(suggestion.assignment.values[0], 0.7, 0.2);
      EXPECT_EQ(suggestion.assignment.values[1], 1);
    }
  }
}

TEST(Tpe, KeepsAwayFromTrialsThatStillRun) {
  Tpe tpe(plane(), {}, 1);
  const std::uint32_t told = teach(tpe, 60, 0.5);
  const double alone = tpe.ask(1).items[0].assignment.values[0];

  for (std::uint32_t i = 1; i <= 40; ++i) {
    tpe.tell(Issued{.trial = told + i, .assignment = {{alone, 1}}, .labels = {}});
  }

  EXPECT_GT(std::fabs(tpe.ask(1).items[0].assignment.values[0] - alone), 0.02);
}

TEST(Tpe, KeepsAwayFromTrialsThatFailed) {
  // All below 0.5 fails; nothing else is known.
  Tpe tpe(plane(), {}, 1);
  for (std::uint32_t trial = 1; trial <= 40; ++trial) {
    tpe.tell(Issued{.trial = trial, .assignment = {{trial / 80.0, 0}}, .labels = {}});
    tpe.tell(Finished{.trial = trial, .outcome = TrialOutcome::failed, .objectives = {}});
  }

  for (const Suggestion& suggestion : tpe.ask(5).items) {
    EXPECT_GT(suggestion.assignment.values[0], 0.5);
    EXPECT_NE(suggestion.assignment.values[1], 0);
  }
}

TEST(Tpe, PutsEarlyStoppedTrialsBehindCompleteOnes) {
  // Stopped trials report splendid values near 0.1, which are not final.
  Tpe tpe(plane(), {}, 1);
  std::uint32_t trial = teach(tpe, 60, 0.8);
  for (int i = 0; i < 20; ++i) {
    ++trial;
    tpe.tell(Issued{.trial = trial, .assignment = {{0.1 + i * 0.001, 1}}, .labels = {}});
    tpe.tell(
        Finished{.trial = trial, .outcome = TrialOutcome::early_stopped, .objectives = {-100}});
  }

  EXPECT_GT(tpe.ask(1).items[0].assignment.values[0], 0.5);
}

TEST(Tpe, LearnsFromKnownResultsAsFromItsOwn) {
  Tpe tpe(plane(), {}, 1);
  for (int i = 0; i < 40; ++i) {
    const double x = (i + 0.5) / 40;
    tpe.tell(Known{.assignment = {{x, 2}}, .objectives = {std::fabs(x - 0.2)}});
  }

  EXPECT_NEAR(tpe.ask(1).items[0].assignment.values[0], 0.2, 0.2);
}

TEST(Tpe, StartsWithoutAModelUntilStartupTrialsEnded) {
  Tpe early(plane(), {.startup = 50}, 1);
  teach(early, 40, 0.7);
  std::set<double> choices;
  for (const Suggestion& suggestion : early.ask(9).items) {
    choices.insert(suggestion.assignment.values[1]);
  }

  EXPECT_EQ(choices.size(), 3U);  // a model would take b alone
}

TEST(Tpe, TakesEveryOtherPointOfAFiniteSpaceBeforeItIsExhausted) {
  const SearchSpace space({{"a", Integer{.low = 0, .high = 9}}, {"b", Categorical{{"u", "v"}}}});
  Tpe tpe(space, {.startup = 0}, 1);
  std::set<std::vector<double>> seen;

  for (std::uint32_t trial = 1; trial <= 20; ++trial) {
    const Suggestions answer = tpe.ask(1);
    ASSERT_EQ(answer.items.size(), 1U);
    const Assignment& at = answer.items[0].assignment;
    EXPECT_TRUE(seen.insert(at.values).second);
    tpe.tell(Issued{.trial = trial, .assignment = at, .labels = {}});
    tpe.tell(Finished{.trial = trial, .objectives = {at.values[0]}});
  }

  EXPECT_TRUE(tpe.ask(1).exhausted);
}

TEST(Tpe, ReadsItsSettings) {
  const TpeOptions options = tpe_options({{"gamma", "0.5"},
                                          {"prior_weight", "2"},
                                          {"n_EI_candidates", "7"},
                                          {"n_startup_trials", "3"}});

  EXPECT_EQ(options.gamma, 0.5);
  EXPECT_EQ(options.prior_weight, 2);
  EXPECT_EQ(options.candidates, 7U);
  EXPECT_EQ(options.startup, 3U);
  EXPECT_EQ(tpe_options({}).gamma, std::nullopt);
  EXPECT_EQ(tpe_options({{"n_ei_candidates", "9"}}).candidates, 9U);
  EXPECT_EQ(tpe_options({{"n_ei_candidates", "0"}}).candidates, 1U);
}

}  // namespace
}  // namespace diwan
