// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/importances.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;

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
  const std::string& format = call.choice("output", {"table", "csv", "json"});
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  const std::size_t objective = objective_of(loaded, call.maybe("objective"));
  const statistics::Landscape landscape(loaded.spec.space, results_by(loaded, objective));
  const statistics::Importance importance = statistics::importance(landscape);
  call.out << (format == "table"
                   ? importance_table(loaded, objective, importance, Page::of_standard_output())
               : format == "csv" ? importance_csv(loaded, importance)
                                 : importance_json(loaded, objective, importance));
  return importance.used > 0 ? ExitStatus::done : ExitStatus::no_usable_trial;
}

po::options_description options() {
  po::options_description options;
  options.add(output_option("table, csv or json"));
  options.add_options()("objective", po::value<std::string>()->value_name("NAME"),
                        "of several objectives the one to explain; the first by default");
  return options;
}

}  // namespace

Verb importance_verb() {
  return {.name = "importance",
          .synopsis = "DIR [-o table|csv|json] [--objective NAME]",
          .summary = "which parameters make the objective differ, alone and in pairs",
          .positionals = {{.name = "dir"}},
          .options = options,
          .run = run};
}

}  // namespace diwan
