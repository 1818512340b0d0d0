// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>

#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  return {setting_rule::one_of({"restart_strategy", "none", "what to do when a run has converged"},
                               {"none", "None", "ipop", "bipop"}),
          setting_rule::any_real(
              {"sigma", "", "first step size; absent or <= 0: a sixth of the range"}),
          setting_rule::any_integer(
              {"random_state", "", "seed, where neither --seed nor spec.seed is given"})};
}

void check_space(const Problem& problem, SettingProblems& problems) {
  const auto& parameters = problem.space.parameters();
  if (std::count_if(parameters.begin(), parameters.end(), is_interval) < 2) {
    add_problem(problems, "cmaes needs two parameters of type int or double", "use tpe or random");
  }
}

}  // namespace

CatalogEntry cmaes_entry() {
  CatalogEntry entry = catalog_entry("cmaes", "covariance matrix adaptation evolution strategy",
                                     "Hansen 2016", rules(), nullptr);
  entry.check = check_space;
  return entry;
}

}  // namespace diwan
