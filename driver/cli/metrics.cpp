// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/metrics.hpp"

#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"

namespace diwan {
namespace {

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output");
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  const Trial& trial = find_trial(loaded, call.text("trial"));
  std::vector<Reading> all = readings(loaded, trial.number);
  if (call.flag("curve")) {
    all = curve(all);
  }
  call.out << (format == "table" ? metrics_table(loaded, all, Page::of_standard_output())
               : format == "csv"
                   ? metrics_csv(loaded, all)
                   : metrics_document(loaded, trial, all,
                                      format == "yaml" ? Markup::yaml : Markup::json));
  return ExitStatus::done;
}

}  // namespace

Verb metrics_verb() {
  return {.name = "metrics",
          .summary = "one trial's observations, of all its attempts",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")},
                          {.name = "trial", .takes = Takes::a(Takes::Kind::trial, "TRIAL")}},
          .options = {output_option({"table", "csv", "json", "yaml"}),
                      {.name = "curve",
                       .help = "only what counts: where a later attempt repeats steps, its own"}},
          .examples = {{"diwan metrics search.diwan best -o csv", "the best trial's curve"}},
          .run = run};
}

}  // namespace diwan
