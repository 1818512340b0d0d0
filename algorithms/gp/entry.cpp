// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/entries.hpp"
#include "algorithms/gp/bayesian_optimization.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  return {
      setting_rule::one_of({"base_estimator", "GP", "surrogate model"}, {"GP", "RF", "ET", "GBRT"}),
      setting_rule::natural(
          {"n_initial_points", "",
           "points before the model is used; when absent max(4, min(d + 2, 10))"}),
      setting_rule::one_of({"acq_func", "EI",
                            "what the next trial is to have most of: expected improvement (EI), "
                            "probability of improvement (PI), a low confidence bound (LCB), or one "
                            "of these by its gains so far (gp_hedge); EIps, PIps: per cost, which "
                            "is the last step that a trial reports"},
                           {"gp_hedge", "LCB", "EI", "PI", "EIps", "PIps"}),
      setting_rule::one_of({"acq_optimizer", "auto",
                            "lbfgs, which auto is too, improves the best candidates of sampling"},
                           {"auto", "sampling", "lbfgs"}),
      setting_rule::random_state()};
}

void check_gradient(const Problem& problem, SettingProblems& problems) {
  const std::string estimator = setting(problem.settings, "base_estimator").value_or("GP");
  const std::string optimizer = setting(problem.settings, "acq_optimizer").value_or("auto");
  if (optimizer == "lbfgs" && (estimator == "RF" || estimator == "ET" || estimator == "GBRT")) {
    add_setting_problem(
        problems, problem, "acq_optimizer",
        "acq_optimizer (lbfgs) follows a gradient, which a forest (" + estimator + ") has not",
        "use auto or sampling, or base_estimator GP");
  }
}

/// The expected hypervolume improvement is the one goal of several objectives, and needs normal
/// predictions.
void check_objectives(const Problem& problem, SettingProblems& problems) {
  const auto check = [&](const char* name, const char* only) {
    if (const std::string text = setting(problem.settings, name).value_or(only); text != only) {
      add_setting_problem(problems, problem, name,
                          std::string(name) + " (" + text + ") is for one objective, not " +
                              std::to_string(problem.directions.size()),
                          std::string("use ") + only);
    }
  };
  if (problem.directions.size() > 1) {
    check("base_estimator", "GP");
    check("acq_func", "EI");
  }
}

void check_bayesian(const Problem& problem, SettingProblems& problems) {
  check_gradient(problem, problems);
  check_objectives(problem, problems);
}

std::unique_ptr<Suggester> make_bayesian(const Problem& problem) {
  BayesianOptions options = bayesian_options(problem.settings);
  options.objectives = problem.directions.size();
  return std::make_unique<BayesianOptimization>(problem.space, options, problem.seed,
                                                problem.conditions);
}

}  // namespace

CatalogEntry bayesianoptimization_entry() {
  CatalogEntry entry = catalog_entry(
      "bayesianoptimization", "Gaussian process and expected improvement",
      "Jones et al. 1998; Ament et al. 2023; Yang et al. 2019", rules(), make_bayesian);
  advise(entry, "expensive trials, up to some hundred of them",
         "Take it where a trial takes minutes or more and there are some hundred of them at most, "
         "over numbers or a mix with choices: the best result per trial by itself. An ask takes 4 "
         "ms after 100 trials and 40 after 1,000; with more than a third of the budget running at "
         "a time it learns too late.");
  entry.info.scores = {0.15, 0.64, 0.66};
  entry.info.several_objectives = true;
  entry.check = check_bayesian;
  entry.info.learns = true;
  entry.info.conditional_parameters = true;
  entry.info.constraints = true;
  return entry;
}

}  // namespace diwan
