// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "algorithms/entries.hpp"
#include "algorithms/pbt/pbt.hpp"
#include "algorithms/setting_rules.hpp"
#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  SettingRule population =
      setting_rule::plain({"n_population", "8", "members trained side by side"},
                          SettingRule::Type::integer, "int", "x >= 5");
  population.at_least = 5;
  return {setting_rule::plain({"suggestion_trial_dir", "",
                               "path in the command that stands for the checkpoint directory; when "
                               "absent the trial reads DIWAN_CHECKPOINT_DIR"},
                              SettingRule::Type::text, "path", "a path"),
          std::move(population),
          setting_rule::fraction({"truncation_threshold", "0.25",
                                  "share that is replaced by copies of the same share of best "
                                  "ones; more than 0.5 means 0.5"}),
          setting_rule::fraction(
              {"resample_probability", "0.25", "chance of a copy to draw a value anew"}),
          setting_rule::random_state()};
}

PbtOptions options_of(const Problem& problem) {
  PbtOptions options;
  if (const auto population = integer_setting(problem.settings, "n_population")) {
    options.population = static_cast<std::size_t>(*population);
  }
  options.truncation = std::min(
      real_setting(problem.settings, "truncation_threshold").value_or(options.truncation), 0.5);
  options.resample =
      real_setting(problem.settings, "resample_probability").value_or(options.resample);
  return options;
}

/// Says when nothing will be bred.
void remark_pbt(const Problem& problem, SettingProblems& remarks) {
  const PbtOptions options = options_of(problem);
  if (problem.max_trials && *problem.max_trials <= options.population) {
    add_problem(remarks,
                "maxTrialCount (" + std::to_string(*problem.max_trials) +
                    ") leaves no trial after the first of each of n_population (" +
                    std::to_string(options.population) + ") members, so that nothing is bred",
                "give a smaller n_population, or a maxTrialCount that is a multiple of it");
  }
  if (options.truncation == 0) {
    add_setting_problem(remarks, problem, "truncation_threshold",
                        "truncation_threshold (0) replaces no member, unless its trial fails",
                        "give 0.2 or so");
  }
}

std::unique_ptr<Suggester> make(const Problem& problem) {
  return std::make_unique<Pbt>(problem, options_of(problem));
}

}  // namespace

CatalogEntry pbt_entry() {
  CatalogEntry entry =
      catalog_entry("pbt", "population based training", "Jaderberg et al. 2017", rules(), make);
  entry.remark = remark_pbt;
  entry.info.goes_on = true;
  entry.info.conditional_parameters = true;
  entry.info.constraints = true;
  advise(
      entry, "schedules, found while a population trains",
      "Take it for values that should change during a training, such as the learning rate, where "
      "the trial goes on from a checkpoint. A trial is a piece of a training: the budget is the "
      "number of members times that of pieces.");
  return entry;
}

}  // namespace diwan
