// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <memory>
#include <optional>
#include <string>

#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"
#include "algorithms/stopping/median_stop.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  return {setting_rule::positive_integer(
              {"min_trials_required", "3", "completed trials before any is stopped"}),
          setting_rule::positive_integer(
              {"start_step", "4", "reports of a trial before it may be stopped"})};
}

void check_objectives(const Problem& problem, SettingProblems& problems) {
  if (problem.directions.size() > 1) {
    add_problem(problems,
                "medianstop judges trials by one objective, not " +
                    std::to_string(problem.directions.size()),
                "leave earlyStopping out");
  }
}

std::size_t count_of(const Problem& problem, const char* name, std::size_t otherwise) {
  const std::optional<std::int64_t> given = integer_setting(problem.settings, name);
  return given ? static_cast<std::size_t>(*given) : otherwise;
}

std::unique_ptr<EarlyStopper> make(const Problem& problem) {
  MedianStop::Options options;
  options.min_trials = count_of(problem, "min_trials_required", options.min_trials);
  options.min_reports = count_of(problem, "start_step", options.min_reports);
  return std::make_unique<MedianStop>(options, problem.directions.front());
}

}  // namespace

CatalogEntry medianstop_entry() {
  CatalogEntry entry =
      catalog_entry("medianstop", "stops a trial that is worse than the median of the others",
                    "Golovin et al. 2017", rules(), nullptr);
  advise(entry, "beside a search: ends what the median outdoes",
         "Take it as earlyStopping beside a search that has no rungs of its own, where trials "
         "report as they train. Where curves cross it may end the best one: beside tpe it was "
         "ahead on mlp_digits, and behind on gbm_diabetes up to 20 full trainings.");
  entry.info.early_stopping = true;
  entry.info.runnable = true;
  entry.check = check_objectives;
  entry.make_stopper = make;
  return entry;
}

}  // namespace diwan
