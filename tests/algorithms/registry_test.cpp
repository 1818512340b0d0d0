// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/registry.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/nas/architecture.hpp"
#include "algorithms/remarks.hpp"

namespace diwan {
namespace {

bool has_setting(const AlgorithmInfo& info, const std::string& name) {
  return std::any_of(info.settings.begin(), info.settings.end(),
                     [&](const SettingInfo& setting) { return setting.name == name; });
}

SearchSpace space() {
  return SearchSpace({{"lr", Real{.low = 0, .high = 1}},
                      {"epochs", Integer{.low = 1, .high = 81}},
                      {"opt", Categorical{{"sgd", "adam"}}}});
}

/// The same, or where the algorithm searches networks alone one of these.
SearchSpace space_for(const std::string& algorithm) {
  return algorithm == "enas"    ? nas::architecture_space(2, {"conv", "pool"})
         : algorithm == "darts" ? SearchSpace({{"num-layers", Categorical{{"3"}}}})
                                : space();
}

/// The first complaint, as `what; mend`.
std::string complaint(const char* algorithm, Settings settings,
                      std::optional<SearchSpace> searched = std::nullopt) {
  const Problem problem{.space = searched ? *std::move(searched) : space_for(algorithm),
                        .settings = std::move(settings)};
  const std::vector<SettingProblem> problems = check(*find_algorithm(algorithm), problem);
  return problems.empty() ? "none" : problems.front().what + "; " + problems.front().mend;
}

TEST(Registry, KnowsEveryAlgorithmOnce) {
  std::vector<std::string> names;
  for (const AlgorithmInfo& info : algorithms()) {
    names.push_back(info.name);
    EXPECT_FALSE(info.summary.empty()) << info.name;
    EXPECT_FALSE(info.source.empty()) << info.name;
    EXPECT_FALSE(info.advice.empty()) << info.name;
    EXPECT_FALSE(info.when.empty()) << info.name;
    EXPECT_LE(info.when.size(), 48U) << info.name << " fills more than its line";
    EXPECT_EQ(find_algorithm(info.name), &info);
  }

  EXPECT_EQ(names,
            (std::vector<std::string>{"auto", "random", "grid", "sobol", "tpe", "multivariate-tpe",
                                      "bayesianoptimization", "cmaes", "hyperband", "bohb", "asha",
                                      "pbt", "enas", "darts", "medianstop"}));
  EXPECT_EQ(find_algorithm("Random"), nullptr);
  EXPECT_TRUE(find_algorithm("medianstop")->early_stopping);
}

TEST(Registry, RunsWhatItCallsRunnableAndRefusesTheRest) {
  for (const AlgorithmInfo& info : algorithms()) {
    Problem problem{.space = SearchSpace({{"x", Integer{.low = 1, .high = 9}},
                                          {"y", Integer{.low = 1, .high = 9}}})};
    if (info.name == "enas" || info.name == "darts") {
      EXPECT_THROW(make_suggester(info.name, problem), std::invalid_argument) << info.name;
      problem.space = space_for(info.name);
    }
    if (has_setting(info, "r_l")) {
      problem.settings = {{"r_l", "9"}};
    }
    if (info.early_stopping) {
      EXPECT_NE(make_early_stopper(info.name, problem), nullptr) << info.name;
      EXPECT_THROW(make_suggester(info.name, problem), std::invalid_argument) << info.name;
    } else if (info.runnable) {
      EXPECT_EQ(make_suggester(info.name, problem)->ask(1).items.size(), 1U) << info.name;
    } else {
      EXPECT_THROW(make_suggester(info.name, problem), std::invalid_argument) << info.name;
    }
  }
  EXPECT_THROW(make_suggester("nothing", {.space = space()}), std::invalid_argument);
  EXPECT_THROW(make_early_stopper("random", {.space = space()}), std::invalid_argument);
  EXPECT_THROW(
      make_early_stopper("medianstop", {.space = space(), .settings = {{"start_step", "0"}}}),
      std::invalid_argument);
}

TEST(Registry, AcceptsEveryDefaultThatItPrints) {
  for (const AlgorithmInfo& info : algorithms()) {
    Settings settings;
    for (const SettingInfo& setting : info.settings) {
      if (!setting.default_value.empty()) {
        settings.emplace_back(setting.name, setting.default_value);
      }
      EXPECT_FALSE(setting.type.empty() || setting.range.empty() || setting.help.empty());
    }
    const Problem problem{.space = space(), .settings = settings};
    for (const SettingProblem& found : check(info, problem)) {
      EXPECT_EQ(found.setting, std::nullopt) << info.name << ": " << found.what;
    }
  }
}

TEST(Registry, HasKatibsSettings) {
  const auto names = [](const char* algorithm) {
    std::set<std::string> result;
    for (const SettingInfo& setting : find_algorithm(algorithm)->settings) {
      result.insert(setting.name);
    }
    return result;
  };
  using Names = std::set<std::string>;

  EXPECT_EQ(names("random"), Names{"random_state"});
  EXPECT_EQ(names("tpe"), (Names{"random_state", "gamma", "prior_weight", "n_EI_candidates",
                                 "n_startup_trials"}));
  EXPECT_EQ(names("multivariate-tpe"),
            (Names{"n_startup_trials", "n_ei_candidates", "random_state"}));
  EXPECT_EQ(names("bayesianoptimization"), (Names{"base_estimator", "n_initial_points", "acq_func",
                                                  "acq_optimizer", "random_state"}));
  EXPECT_EQ(names("cmaes"),
            (Names{"restart_strategy", "sigma", "popsize", "lr_adapt", "random_state"}));
  EXPECT_EQ(names("hyperband"), (Names{"resource_name", "r_l", "r_min", "eta", "random_state"}));
  EXPECT_EQ(names("pbt"), (Names{"suggestion_trial_dir", "n_population", "truncation_threshold",
                                 "resample_probability", "random_state"}));
  EXPECT_EQ(names("medianstop"), (Names{"min_trials_required", "start_step"}));
  EXPECT_EQ(names("darts").size(), 14U);
  EXPECT_EQ(names("enas").size(), 11U);
}

TEST(Registry, NamesTheNearestSettingForAnUnknownOne) {
  EXPECT_EQ(complaint("tpe", {{"n_ei_candidates", "24"}}),
            "tpe has no setting n_ei_candidates; did you mean n_EI_candidates?");
  EXPECT_EQ(complaint("random", {{"gamma", "0.1"}}),
            "random has no setting gamma; it has random_state");
  EXPECT_EQ(complaint("darts", {{"own_setting", "x"}}), "none");
}

TEST(Registry, ReadsNumbersAsKatibDoes) {
  EXPECT_EQ(complaint("tpe", {{"random_state", " 10 "}}), "none");
  EXPECT_EQ(complaint("tpe", {{"random_state", "1.0"}}),
            "random_state (1.0) is not a whole number; give x >= 0");
  EXPECT_EQ(complaint("tpe", {{"random_state", "-1"}}),
            "random_state (-1) is out of range; give x >= 0");
  EXPECT_EQ(complaint("cmaes", {{"random_state", "-1"}}), "none");
  EXPECT_EQ(complaint("tpe", {{"gamma", "1e-1"}}), "none");
  EXPECT_EQ(complaint("tpe", {{"gamma", "1"}}), "gamma (1) is out of range; give 0 < x < 1");
  EXPECT_EQ(complaint("tpe", {{"gamma", "nan"}}), "gamma (nan) is not a number; give 0 < x < 1");
  EXPECT_EQ(complaint("tpe", {{"prior_weight", "0"}}),
            "prior_weight (0) is out of range; give x > 0");
  EXPECT_EQ(complaint("tpe", {{"n_EI_candidates", ""}}),
            "n_EI_candidates () is not a whole number; give 1 <= x <= 100000");
  EXPECT_EQ(complaint("multivariate-tpe", {{"n_ei_candidates", "0"}}), "none");
  EXPECT_EQ(complaint("tpe", {{"random_state", "99999999999999999999"}}),
            "random_state (99999999999999999999) is above 2^63 - 1; give a smaller number");
  EXPECT_EQ(complaint("cmaes", {{"random_state", "-99999999999999999999"}}),
            "random_state (-99999999999999999999) is below -2^63; give a larger number");
}

TEST(Registry, BoundsWhatOneAskCosts) {
  EXPECT_EQ(complaint("tpe", {{"n_EI_candidates", "100000"}}), "none");
  EXPECT_EQ(complaint("tpe", {{"n_EI_candidates", "100001"}}),
            "n_EI_candidates (100001) is out of range; give 1 <= x <= 100000");
  EXPECT_EQ(complaint("multivariate-tpe", {{"n_ei_candidates", "1000000000"}}),
            "n_ei_candidates (1000000000) is out of range; give 0 <= x <= 100000");
  EXPECT_EQ(complaint("cmaes", {{"popsize", "1000000000"}}),
            "popsize (1000000000) is out of range; give 4 <= x <= 1048576");
  EXPECT_EQ(complaint("cmaes", {{"popsize", "1048576"}}), "none");
}

TEST(Registry, RemarksThatSigmaIsAShare) {
  const auto remark = [](const char* sigma) {
    const std::vector<SettingProblem> all =
        remarks(*find_algorithm("cmaes"), {.space = space(), .settings = {{"sigma", sigma}}});
    return all.empty() ? "none" : all.front().what + "; " + all.front().mend;
  };

  EXPECT_EQ(remark("5"),
            "sigma (5) is above 1: it is a share of each range here, not in raw units as in Katib, "
            "and a sixth is taken instead; give 0 < x <= 1 (5 of 0..100 is 0.05)");
  EXPECT_EQ(remark("1"), "none");
  EXPECT_EQ(remark("-1"), "none");
  EXPECT_EQ(complaint("cmaes", {{"sigma", "5"}}), "none");
}

TEST(Registry, TakesNoneWhereKatibDoes) {
  EXPECT_EQ(complaint("enas", {{"controller_temperature", "None"}}), "none");
  EXPECT_NE(complaint("enas", {{"controller_hidden_size", "None"}}), "none");
  EXPECT_EQ(complaint("darts", {{"batch_size", "None"}}), "none");
}

TEST(Registry, ChecksChoices) {
  EXPECT_EQ(complaint("bayesianoptimization", {{"acq_func", "ei"}}),
            "acq_func (ei) is none of gp_hedge, LCB, EI, PI, EIps, PIps; did you mean EI?");
  EXPECT_EQ(complaint("cmaes", {{"restart_strategy", "ipop"}, {"sigma", "-1"}}), "none");
}

TEST(Registry, RefusesASettingGivenTwiceAndSaysWhich) {
  const Problem problem{.space = space(), .settings = {{"gamma", "0.1"}, {"gamma", "0.2"}}};

  const std::vector<SettingProblem> problems = check(*find_algorithm("tpe"), problem);

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].setting, 1U);
  EXPECT_EQ(problems[0].what, "gamma is given twice");
}

TEST(Registry, WantsEveryRequiredSettingOfHyperband) {
  const Problem problem{.space = space()};

  const std::vector<SettingProblem> problems = check(*find_algorithm("hyperband"), problem);

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].what, "hyperband needs the setting r_l");
  EXPECT_EQ(problems[0].mend, "give x > 0: the largest resource of a trial");
}

TEST(Registry, WantsAResourceThatIsANumericParameter) {
  const auto hyperband = [](const char* resource, const char* eta) {
    return complaint("hyperband", {{"resource_name", resource}, {"r_l", "81"}, {"eta", eta}});
  };
  EXPECT_EQ(hyperband("epochs", "3"), "none");
  EXPECT_EQ(hyperband("epochs", "3.7"), "none");
  EXPECT_EQ(hyperband("epochs", "0"), "none");
  EXPECT_EQ(hyperband("epochs", "1"),
            "eta (1) lets every trial go on; give x >= 2, or x <= 0 for 3");
  EXPECT_EQ(hyperband("epoch", "3"),
            "resource_name (epoch) names no parameter; did you mean epochs?");
  EXPECT_EQ(hyperband("opt", "3"),
            "resource_name (opt) names a list; make that parameter an int or a double");
}

TEST(Registry, WantsARangeOfTheResourceThatRungsCanClimb) {
  const auto asha = [](Settings settings, const Domain& domain) {
    if (!std::holds_alternative<Categorical>(domain)) {
      settings.emplace_back("resource_name", "n");
    }
    return complaint("asha", std::move(settings), SearchSpace({{"n", domain}, {"x", Real{}}}));
  };
  const Integer n{.low = 10, .high = 90};
  const Categorical steps{{"a"}};  // no resource parameter

  EXPECT_EQ(asha({{"r_l", "2"}}, n),
            "r_l (2) is below the least value of n (10); raise r_l, or lower the min of n");
  EXPECT_EQ(asha({{"r_l", "4.5"}}, Real{.low = 5, .high = 10}),
            "r_l (4.5) is below the least value of n (5); raise r_l, or lower the min of n");
  EXPECT_EQ(asha({{"r_l", "10"}}, n), "none");
  EXPECT_EQ(asha({{"r_l", "0.5"}}, Real{.low = 0.1, .high = 1}), "none");
  EXPECT_EQ(asha({{"r_l", "0.5"}}, Integer{.low = 0, .high = 9}),
            "r_l (0.5) is below 1, the least whole resource; give x >= 1");
  EXPECT_EQ(asha({{"r_l", "0.5"}}, steps),
            "r_l (0.5) is below 1, the least whole resource; give x >= 1");
  EXPECT_EQ(asha({{"r_l", "1e30"}}, steps),
            "r_l (1e+30) is more than 10^12 times the least resource (1); lower r_l, or give a "
            "larger r_min");
  EXPECT_EQ(asha({{"r_l", "1e30"}, {"r_min", "1e20"}}, steps), "none");
  EXPECT_EQ(asha({{"r_l", "1e12"}}, steps), "none");
}

TEST(Registry, RemarksThatALadderHasNoRungBelowItsTop) {
  const auto remark = [](Settings settings, std::optional<Integer> n) {
    Problem problem{.space = SearchSpace({{"x", Real{}}}), .settings = std::move(settings)};
    if (n) {
      problem.space = SearchSpace({{"n", *n}, {"x", Real{}}});
      problem.settings.emplace_back("resource_name", "n");
    }
    const std::vector<SettingProblem> all = remarks(*find_algorithm("bohb"), problem);
    return all.empty() ? "none" : all.front().what + "; " + all.front().mend;
  };

  EXPECT_EQ(remark({{"r_l", "20"}}, Integer{.low = 10, .high = 20}),
            "there is no rung below r_l (20), so that nothing ends early: it is less than eta (3) "
            "times the least resource (10); lower the min of n");
  EXPECT_EQ(remark({{"r_l", "20"}, {"r_min", "8"}}, Integer{.low = 1, .high = 20}),
            "there is no rung below r_l (20), so that nothing ends early: it is less than eta (3) "
            "times the least resource (8); lower r_min");
  EXPECT_EQ(remark({{"r_l", "30"}}, Integer{.low = 10, .high = 90, .step = 80}),
            "there is no rung below r_l (30), so that nothing ends early: the steps of n are too "
            "wide; lower its step");
  EXPECT_EQ(remark({{"r_l", "2"}}, {}),
            "there is no rung below r_l (2), so that nothing ends early: it is less than eta (3) "
            "times the least resource (1); raise r_l");
  EXPECT_EQ(remark({{"r_l", "30"}}, Integer{.low = 10, .high = 30}), "none");
  EXPECT_TRUE(remarks(*find_algorithm("tpe"), {.space = space()}).empty());
}

TEST(Registry, WantsStepsForAGrid) {
  EXPECT_EQ(complaint("grid", {}),
            "grid needs a step for the double lr; give feasibleSpace.step, or use random or sobol");
  EXPECT_EQ(complaint("grid", {}, SearchSpace({{"x", Real{.low = 0, .high = 1, .step = 0.5}}})),
            "none");
  std::vector<Parameter> many;
  many.reserve(64);
  for (int i = 0; i < 64; ++i) {
    many.push_back({"p" + std::to_string(i), Categorical{{"a", "b"}}});
  }
  EXPECT_NE(complaint("grid", {}, SearchSpace(many)).find("more than 2^63 points"),
            std::string::npos);
}

TEST(Registry, KnowsWhichSpacesAnAlgorithmCannotSearch) {
  std::vector<Parameter> many;
  many.reserve(1112);
  for (int i = 0; i < 1112; ++i) {
    many.push_back({"p" + std::to_string(i), Real{}});
  }
  EXPECT_EQ(complaint("sobol", {}, SearchSpace(many)),
            "sobol has direction numbers for 1111 parameters, not 1112; use random");
  EXPECT_EQ(complaint("random", {}, SearchSpace(many)), "none");
  EXPECT_EQ(complaint("random", {}, SearchSpace()),
            "random has no parameter to search; give at least one");
  EXPECT_EQ(complaint("cmaes", {}, SearchSpace({{"x", Real{}}})),
            "cmaes needs two parameters of type int or double; use tpe or random");
}

TEST(Registry, KnowsWhichAlgorithmsTakeSeveralObjectives) {
  Problem two{.space = space(), .directions = {Direction::minimize, Direction::maximize}};
  for (const char* const name :
       {"random", "tpe", "multivariate-tpe", "bayesianoptimization", "auto"}) {
    EXPECT_TRUE(check(*find_algorithm(name), two).empty()) << name;
  }
  const std::vector<SettingProblem> problems = check(*find_algorithm("cmaes"), two);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].what, "cmaes searches by one objective, not 2");
  EXPECT_EQ(problems[0].mend,
            "use one of auto, random, grid, sobol, tpe, multivariate-tpe, bayesianoptimization");
  two.settings = {{"acq_func", "PI"}, {"base_estimator", "RF"}};
  const std::vector<SettingProblem> settings = check(*find_algorithm("bayesianoptimization"), two);
  ASSERT_EQ(settings.size(), 2U);
  EXPECT_EQ(settings[0].what, "base_estimator (RF) is for one objective, not 2");
  EXPECT_EQ(settings[0].setting, 1U);
  EXPECT_EQ(settings[1].mend, "use EI");
}

TEST(Registry, MakesNothingThatItsCheckRefuses) {
  try {
    make_suggester("tpe", {.space = space(), .settings = {{"gama", "0.1"}}});
    FAIL();
  } catch (const std::invalid_argument& problem) {
    EXPECT_STREQ(problem.what(), "tpe has no setting gama; did you mean gamma?");
  }
}

/// Teaches 60 trials along x, whose objective is x, and gives the next suggestion.
double next_after(Direction direction, double extreme_objective) {
  const auto tpe = make_suggester(
      "tpe", {.space = SearchSpace({{"x", Real{.low = 0, .high = 1}}}), .directions = {direction}});
  for (std::uint32_t trial = 1; trial <= 60; ++trial) {
    const double x = (trial - 0.5) / 60;
    tpe->tell(Issued{.trial = trial, .assignment = {{x}}, .labels = {}});
    tpe->tell(Finished{.trial = trial, .objectives = {trial % 2 == 0 ? x : extreme_objective}});
  }
  return tpe->ask(1).items[0].assignment.values[0];
}

TEST(Registry, TurnsSignsAndTakesWhatIsNotFiniteAsFailed) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {nan, infinity, -infinity}) {
    EXPECT_LT(next_after(Direction::minimize, bad), 0.3) << bad;
    EXPECT_GT(next_after(Direction::maximize, bad), 0.7) << bad;
  }
}

/// The first complaint about constraints over space(), and the constraint it is about.
std::pair<std::string, std::optional<std::size_t>> constraint_complaint(
    const char* algorithm, const std::vector<std::string>& constraints,
    const SearchSpace& searched = space()) {
  Problem problem{.space = searched};
  problem.conditions = SpaceConditions(problem.space, {}, constraints);
  const std::vector<SettingProblem> problems = check(*find_algorithm(algorithm), problem);
  return problems.empty() ? std::pair(std::string("none"), std::optional<std::size_t>())
                          : std::pair(problems.front().what + "; " + problems.front().mend,
                                      problems.front().constraint);
}

TEST(Registry, RefusesConstraintsThatNoPointOfAFiniteSpaceKeeps) {
  const SearchSpace finite({{"a", Integer{.low = 1, .high = 8}}, {"b", Categorical{{"x", "y"}}}});

  const auto [text, constraint] =
      constraint_complaint("tpe", {"a < 6", "a > 7 or b == 'x'", "a > 7"}, finite);

  EXPECT_EQ(text,
            "none of all 16 combinations of values keeps the constraints; \"a > 7\" refuses 14 of "
            "them; widen it; leave out a parameter that follows from others, and let the trial "
            "calculate it");
  EXPECT_EQ(constraint, 2U);
  EXPECT_EQ(constraint_complaint("tpe", {"a < 6"}, finite).first, "none");
}

TEST(Registry, RefusesConstraintsThatNoRandomPointOfAnInfiniteSpaceKeeps) {
  const auto [text, constraint] = constraint_complaint("random", {"lr < 0.9", "lr * 4 == lr * 5"});

  EXPECT_EQ(text.substr(0, text.find("; widen")),
            "none of 100000 random points keeps the constraints; \"lr * 4 == lr * 5\" refuses "
            "100000 of them");
  EXPECT_EQ(constraint, 1U);
}

TEST(Registry, RefusesConditionsWhereAnAlgorithmCannotKeepThem) {
  for (const AlgorithmInfo& info : algorithms()) {
    Problem problem{.space = space()};
    problem.conditions = SpaceConditions(problem.space, {{"lr", "opt == 'sgd'"}}, {});
    const auto problems = check(info, problem);
    const bool refused = std::any_of(problems.begin(), problems.end(), [](const auto& one) {
      return one.what.find("conditional") != std::string::npos;
    });
    const std::set<std::string> able = {"random", "grid", "sobol", "tpe", "multivariate-tpe"};
    if (able.contains(info.name)) {
      EXPECT_FALSE(refused) << info.name;
    }
    if (refused) {
      EXPECT_THROW(make_suggester(info.name, problem), std::invalid_argument);
    }
  }
}

}  // namespace
}  // namespace diwan
