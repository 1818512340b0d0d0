// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/trials.hpp"

#include <ostream>
#include <stdexcept>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"

namespace diwan {
namespace {

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output");
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  std::vector<const Trial*> trials;
  try {
    trials = select(loaded, {.sort = call.maybe("sort").value_or(""),
                             .status = call.maybe("status").value_or("")});
  } catch (const std::invalid_argument& problem) {
    throw UsageError(std::string("trials: ") + problem.what());
  }
  call.out << (format == "table" ? trials_table(loaded, trials, Page::of_standard_output())
               : format == "csv" ? trials_csv(loaded, trials)
                                 : document_text(trials_document(loaded, trials), format));
  return ExitStatus::done;
}

}  // namespace

Verb trials_verb() {
  return {
      .name = "trials",
      .summary = "one row a trial",
      .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
      .options = {output_option({"table", "csv", "json", "yaml"}),
                  {.name = "sort",
                   .takes = {.kind = Takes::Kind::column,
                             .shown = "NAME",
                             .choices = {"objective", "start"}},
                   .help = "objective (best first), start, or a metric or parameter (ascending)"},
                  {.name = "status",
                   .takes = Takes::one_of(status_names(), "STATUS"),
                   .help = "only trials of this status"}},
      .examples = {{"diwan trials search.diwan --sort objective", "the best on top"},
                   {"diwan trials search.diwan -o csv > trials.csv", "a table for others"}},
      .run = run};
}

}  // namespace diwan
