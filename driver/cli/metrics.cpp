// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/metrics.hpp"

#include <ostream>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output", {"table", "csv", "json"});
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  const Trial& trial = find_trial(loaded, call.text("trial"));
  std::vector<Reading> all = readings(loaded, trial.number);
  if (call.flag("curve")) {
    all = curve(all);
  }
  call.out << (format == "table" ? metrics_table(loaded, all, Page::of_standard_output())
               : format == "csv" ? metrics_csv(loaded, all)
                                 : metrics_json(loaded, trial, all));
  return ExitStatus::done;
}

po::options_description options() {
  po::options_description options;
  options.add(output_option("table, csv or json"));
  options.add_options()("curve", po::bool_switch(),
                        "only what counts: where a later attempt repeats steps, its own");
  return options;
}

}  // namespace

Verb metrics_verb() {
  return {.name = "metrics",
          .synopsis = "DIR TRIAL [-o table|csv|json] [--curve]",
          .summary = "one trial's observations, of all its attempts",
          .positionals = {{.name = "dir"}, {.name = "trial"}},
          .options = options,
          .run = run};
}

}  // namespace diwan
