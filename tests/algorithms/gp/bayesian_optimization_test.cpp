// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/bayesian_optimization.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "algorithms/rng.hpp"

namespace diwan {
namespace {

using Objective = std::function<double(const std::vector<double>&)>;

SearchSpace square() {
  return SearchSpace({{"x", Real{.low = -5, .high = 10}}, {"y", Real{.low = 0, .high = 15}}});
}

/// Runs one trial at a time and returns the values in order; NaN is told as a failure.
std::vector<double> run(Suggester& suggester, std::uint32_t trials, const Objective& objective) {
  std::vector<double> values;
  for (std::uint32_t trial = 1; trial <= trials; ++trial) {
    const Suggestions answer = suggester.ask(1);
    if (answer.items.empty()) {
      break;
    }
    const Assignment& assignment = answer.items[0].assignment;
    const double value = objective(assignment.values);
    suggester.tell(Issued{.trial = trial, .assignment = assignment, .labels = {}});
    Finished finished{.trial = trial, .objectives = {}};
    if (std::isnan(value)) {
      finished.outcome = TrialOutcome::failed;
    } else {
      finished.objectives = {value};
    }
    suggester.tell(finished);
    values.push_back(value);
  }
  return values;
}

double least(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

double branin(const std::vector<double>& at) {
  const double pi = std::acos(-1);
  const double bowl = at[1] - 5.1 / (4 * pi * pi) * at[0] * at[0] + 5 / pi * at[0] - 6;
  return bowl * bowl + 10 * (1 - 1 / (8 * pi)) * std::cos(at[0]) + 10;
}

TEST(BayesianOptimization, FindsTheMinimumOfBraninInFortyTrials) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    BayesianOptimization bayes(square(), {}, seed);

    EXPECT_LT(least(run(bayes, 40, branin)), 0.397887 + 0.01) << seed;
  }
}

TEST(BayesianOptimization, TakesTheValueOfAnEarlyStoppedTrialForAResult) {
  std::vector<std::vector<double>> next;
  for (const TrialOutcome outcome :
       {TrialOutcome::succeeded, TrialOutcome::early_stopped, TrialOutcome::failed}) {
    BayesianOptimization bayes(square(), {}, 1);
    run(bayes, 20, branin);
    bayes.tell(Issued{.trial = 21, .assignment = {{-4, 1}}, .labels = {}});
    const bool failed = outcome == TrialOutcome::failed;
    bayes.tell(Finished{.trial = 21,
                        .outcome = outcome,
                        .objectives = failed ? std::vector<double>{} : std::vector<double>{90}});
    next.push_back(bayes.ask(1).items.at(0).assignment.values);
  }

  EXPECT_EQ(next[1], next[0]);
  EXPECT_NE(next[1], next[2]) << "a failure says less";
}

TEST(BayesianOptimization, SearchesMixedSpacesToTheOptimum) {
  const SearchSpace space(
      {{"lr", Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
       {"layers", Integer{.low = 1, .high = 8}},
       {"units", Integer{.low = 8, .high = 1024, .distribution = Distribution::log_uniform}},
       {"opt", Categorical{{"sgd", "adam", "rmsprop"}}}});
  BayesianOptimization bayes(space, {}, 1);

  const std::vector<double> values = run(bayes, 40, [](const std::vector<double>& at) {
    return std::pow(std::log10(at[0]) + 2, 2) + std::abs(at[1] - 3) +
           std::pow(std::log2(at[2]) - 10, 2) / 10 + (at[3] == 1 ? 0 : 1);
  });

  EXPECT_LT(least(values), 0.05);
}

TEST(BayesianOptimization, ReachesOptimaAtCornersExactly) {
  BayesianOptimization bayes(square(), {}, 1);

  const std::vector<double> values = run(bayes, 25, [](const std::vector<double>& at) {
    return at[1] - at[0] + 0.01 * at[0] * at[1];
  });

  EXPECT_EQ(least(values), -10);
}

TEST(BayesianOptimization, AvoidsACornerWhereTrialsFail) {
  BayesianOptimization bayes(square(), {}, 1);
  // The slope leads into the corner x > 4, y < 7.5, which takes a fifth of the square.
  const std::vector<double> values = run(bayes, 60, [](const std::vector<double>& at) {
    return at[0] > 4 && at[1] < 7.5 ? std::numeric_limits<double>::quiet_NaN() : at[1] - at[0];
  });

  const auto failed = std::count_if(values.begin() + 30, values.end(),
                                    [](double value) { return std::isnan(value); });
  EXPECT_LE(failed, 10);
  const double best = *std::min_element(values.begin(), values.end(), [](double a, double b) {
    return (std::isnan(a) ? 1e9 : a) < (std::isnan(b) ? 1e9 : b);
  });
  EXPECT_LT(best, -2);
}

TEST(BayesianOptimization, SurvivesObjectivesThatSayNothingOrTooMuch) {
  struct Named {
    const char* name;
    Objective value;
  };
  const std::vector<Named> objectives = {
      {"constant", [](const auto&) { return 7.0; }},
      {"huge", [](const auto& at) { return at[0] > 0 ? 1e300 : -1e300; }},
      {"tiny", [](const auto& at) { return at[0] * 1e-300; }},
      {"steep", [](const auto& at) { return std::exp(60 * at[0]); }},
      {"failing", [](const auto&) { return std::numeric_limits<double>::quiet_NaN(); }},
      {"two-valued", [](const auto& at) { return at[0] > at[1] ? 1.0 : 0.0; }}};
  for (const Named& objective : objectives) {
    BayesianOptimization bayes(square(), {}, 1);
    std::set<std::vector<double>> points;

    run(bayes, 30, [&](const std::vector<double>& at) {
      EXPECT_TRUE(square().contains(Assignment{at})) << objective.name;
      points.insert(at);
      return objective.value(at);
    });

    EXPECT_EQ(points.size(), 30U) << objective.name;
  }
}

TEST(BayesianOptimization, ModelsAThousandEqualKnownResults) {
  BayesianOptimization bayes(square(), {}, 1);
  for (int i = 0; i < 1000; ++i) {
    bayes.tell(Known{.assignment = {{1, 2}}, .objectives = {0.5}});
  }

  const Suggestions answer = bayes.ask(2);

  ASSERT_EQ(answer.items.size(), 2U);
  EXPECT_NE(answer.items[0].assignment, (Assignment{{1, 2}}));
  EXPECT_NE(answer.items[0].assignment, answer.items[1].assignment);
}

TEST(BayesianOptimization, SpreadsManyPendingTrials) {
  BayesianOptimization bayes(square(), {}, 1);
  run(bayes, 20, branin);

  const std::vector<Suggestion> items = bayes.ask(16).items;

  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double dx = items[i].assignment.values[0] - items[j].assignment.values[0];
      const double dy = items[i].assignment.values[1] - items[j].assignment.values[1];
      // A twentieth of a length scale, which is a few units here.
      EXPECT_GT(std::hypot(dx, dy), 0.05) << i << ' ' << j;
    }
  }
}

TEST(BayesianOptimization, FindsTheBestOfAFiniteSpaceEarly) {
  const SearchSpace space({{"a", Integer{.low = 0, .high = 29}},
                           {"b", Integer{.low = 0, .high = 29}},
                           {"kind", Categorical{{"u", "v", "w"}}}});
  BayesianOptimization bayes(space, {}, 1);

  const std::vector<double> values = run(bayes, 50, [](const std::vector<double>& at) {
    return std::pow(at[0] - 21, 2) + std::pow(at[1] - 4, 2) + 30 * std::abs(at[2] - 2);
  });

  EXPECT_EQ(least(values), 0);
}

TEST(BayesianOptimization, TakesItsSettings) {
  const BayesianOptions options = bayesian_options({{"n_initial_points", "3"},
                                                    {"acq_func", "LCB"},
                                                    {"acq_optimizer", "sampling"},
                                                    {"base_estimator", "ET"}});
  const BayesianOptions costly = bayesian_options({{"acq_func", "PIps"}});

  EXPECT_EQ(options.startup, 3U);
  EXPECT_EQ(options.goal, gp::Goal::lower_bound);
  EXPECT_FALSE(options.climb || options.hedge || options.per_cost);
  EXPECT_EQ(options.forest, gp::ForestKind::extra_trees);
  EXPECT_EQ(costly.goal, gp::Goal::probability_of_improvement);
  EXPECT_TRUE(costly.per_cost);
  EXPECT_TRUE(bayesian_options({{"acq_func", "gp_hedge"}}).hedge);
}

TEST(BayesianOptimization, GetsNearTheMinimumWithEveryGoalAndEstimator) {
  // The median of random search after 60 trials is 1.0.
  const std::vector<Settings> all = {
      {{"acq_func", "PI"}},       {{"acq_func", "LCB"}},           {{"acq_func", "gp_hedge"}},
      {{"acq_func", "EIps"}},     {{"acq_optimizer", "sampling"}}, {{"base_estimator", "RF"}},
      {{"base_estimator", "ET"}}, {{"base_estimator", "GBRT"}}};
  for (const Settings& settings : all) {
    std::vector<double> reached;
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      BayesianOptimization bayes(square(), bayesian_options(settings), seed);
      reached.push_back(least(run(bayes, 60, branin)));
    }
    std::sort(reached.begin(), reached.end());

    EXPECT_LT(reached[1], 0.9) << settings.back().second;
  }
}

TEST(BayesianOptimization, LabelsWhatTheHedgeChose) {
  BayesianOptimization bayes(square(), {.hedge = true}, 1);
  std::set<std::string> chosen;
  for (std::uint32_t trial = 1; trial <= 40; ++trial) {
    const Suggestion item = bayes.ask(1).items.at(0);
    const auto label = item.labels.find("acq_func");
    EXPECT_EQ(label != item.labels.end(), trial > 4) << trial;
    if (label != item.labels.end()) {
      chosen.insert(label->second);
    }
    bayes.tell(Issued{.trial = trial, .assignment = item.assignment, .labels = item.labels});
    bayes.tell(Finished{.trial = trial, .objectives = {branin(item.assignment.values)}});
  }

  EXPECT_EQ(chosen, (std::set<std::string>{"EI", "LCB", "PI"}));
}

TEST(BayesianOptimization, PrefersCheapTrialsPerSecond) {
  // All places are equally good; those on the right report a hundred steps, the others one.
  const auto right = [](bool per_cost) {
    BayesianOptimization bayes(square(), {.per_cost = per_cost}, 1);
    int count = 0;
    for (std::uint32_t trial = 1; trial <= 30; ++trial) {
      const Assignment at = bayes.ask(1).items.at(0).assignment;
      bayes.tell(Issued{.trial = trial, .assignment = at, .labels = {}});
      const bool costly = at.values[0] > 2.5;
      bayes.tell(Reported{.trial = trial, .step = costly ? 100 : 1, .value = 0});
      bayes.tell(Finished{.trial = trial, .objectives = {std::sin(at.values[1])}});
      count += trial > 10 && costly ? 1 : 0;
    }
    return count;
  };

  EXPECT_LT(right(true), 5);
  EXPECT_GT(right(false), 5);
}

TEST(BayesianOptimization, WorksWithoutInitialPoints) {
  BayesianOptimization bayes(square(), {.startup = 0}, 1);

  EXPECT_LT(least(run(bayes, 40, branin)), 0.6);
}

}  // namespace
}  // namespace diwan
