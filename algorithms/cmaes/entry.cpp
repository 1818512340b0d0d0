// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>

#include "algorithms/cmaes/cmaes.hpp"
#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"
#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  const SettingRule population = setting_rule::integer_within(
      {"popsize", "",
       "candidates of a generation; absent: 4 + floor(3 ln d), or as few as give 25 generations "
       "(Diwan's own)"},
      4, static_cast<std::int64_t>(cmaes::largest_population));
  return {setting_rule::one_of({"restart_strategy", "bipop", "what to do when a run has converged"},
                               {"none", "None", "ipop", "bipop"}),
          setting_rule::any_real({"sigma", "",
                                  "first step size as a share of each range, 0 < x <= 1, not in "
                                  "raw units as Katib's; absent, or any other number: a sixth"}),
          population,
          setting_rule::one_of({"lr_adapt", "auto",
                                "adapt the learning rate to noise and many local optima; auto: "
                                "when noise shows (Diwan's own)"},
                               {"auto", "true", "false"}),
          setting_rule::any_integer(
              {"random_state", "", "seed, where neither --seed nor spec.seed is given"})};
}

void check_space(const Problem& problem, SettingProblems& problems) {
  const auto& parameters = problem.space.parameters();
  if (std::count_if(parameters.begin(), parameters.end(), is_interval) < 2) {
    add_problem(problems, "cmaes needs two parameters of type int or double", "use tpe or random");
  }
}

/// Katib's sigma is in raw units, one for all ranges, and may be any number.
void remark_sigma(const Problem& problem, SettingProblems& remarks) {
  const std::optional<double> sigma = real_setting(problem.settings, "sigma");
  if (sigma && *sigma > 1) {
    add_setting_problem(remarks, problem, "sigma",
                        "sigma (" + shortest(*sigma) +
                            ") is above 1: it is a share of each range here, not in raw units as "
                            "in Katib, and a sixth is taken instead",
                        "give 0 < x <= 1 (5 of 0..100 is 0.05)");
  }
}

std::unique_ptr<Suggester> make_cmaes(const Problem& problem) {
  return std::make_unique<Cmaes>(problem, cmaes_options(problem.settings));
}

}  // namespace

CatalogEntry cmaes_entry() {
  CatalogEntry entry = catalog_entry("cmaes", "covariance matrix adaptation evolution strategy",
                                     "Hansen 2016; Hamano et al. 2022, 2024", rules(), make_cmaes);
  advise(entry, "hundreds of trials over numbers, many at a time",
         "Take it for hundreds of trials over two or more ints and doubles, with few choices: it "
         "goes on improving where models tire, keeps many workers busy, and an ask takes next to "
         "nothing. Up to 60 trials one at a time bayesianoptimization is ahead. It cannot search "
         "conditional parameters.");
  entry.info.scores = {0.06, 0.48, 0.58};
  entry.check = check_space;
  entry.remark = remark_sigma;
  entry.info.learns = true;
  entry.info.constraints = true;
  return entry;
}

}  // namespace diwan
