// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/importances.hpp"

namespace diwan {
namespace {

/// The objective named, or the first.
std::size_t objective_of(const Loaded& loaded, const std::optional<std::string>& name) {
  const Rules& rules = loaded.experiment.rules();
  std::string names;
  for (std::size_t i = 0; i < rules.directions.size(); ++i) {
    if (!name || rules.metrics[i].name == *name) {
      return i;
    }
    names += (names.empty() ? "" : ", ") + rules.metrics[i].name;
  }
  throw UsageError("importance: --objective " + *name +
                   " is no objective of this experiment; it has " + names);
}

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output");
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  const std::size_t objective = objective_of(loaded, call.maybe("objective"));
  const statistics::Landscape landscape(loaded.spec.space, results_by(loaded, objective));
  const statistics::Importance importance = statistics::importance(landscape);
  call.out << (format == "table"
                   ? importance_table(loaded, objective, importance, Page::of_standard_output())
               : format == "csv"
                   ? importance_csv(loaded, importance)
                   : document_text(importance_value(loaded, objective, importance), format));
  return importance.used > 0 ? ExitStatus::done : ExitStatus::no_usable_trial;
}

}  // namespace

Verb importance_verb() {
  return {.name = "importance",
          .summary = "which parameters make the objective differ, alone and in pairs",
          .details =
              "Functional ANOVA on a random forest over the trials that ended with a finite "
              "objective; with fewer than 30 of them the figures are rough.",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
          .options = {output_option({"table", "csv", "json", "yaml"}),
                      {.name = "objective",
                       .takes = Takes::text("NAME"),
                       .help = "of several objectives the one to explain; the first by default"}},
          .exits = {{ExitStatus::no_usable_trial, "no trial has ended with a finite objective"}},
          .examples = {{"diwan importance search.diwan -o csv", "the figures as a table"}},
          .run = run};
}

}  // namespace diwan
