// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/status.hpp"

#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"

namespace diwan {
namespace {

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output");
  const auto directory = experiment_directory(call.text("dir"));
  if (call.flag("exit-status")) {
    return static_cast<ExitStatus>(last_exit_status(directory));
  }
  const Loaded loaded = load(directory);
  call.out << (format == "table"  ? status_table(loaded, Page::of_standard_output())
               : format == "yaml" ? yaml_text(status_document(loaded))
               : format == "csv"  ? status_csv(loaded)
                                  : json_text(status_document(loaded), true) + "\n");
  return ExitStatus::done;
}

}  // namespace

Verb status_verb() {
  return {
      .name = "status",
      .summary = "where an experiment stands",
      .details = "Read from the directory's files alone, beside a run or after it.",
      .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
      .options = {output_option({"table", "yaml", "json", "csv"},
                                "yaml and json are a Katib Experiment with its status"),
                  {.name = "exit-status",
                   .help = "print nothing; return the last run's exit status: 6 while one is "
                           "alive, 75 if it ended without a word"}},
      .exits = {{ExitStatus::no_usable_trial,
                 "with --exit-status, as are those below: the run "
                 "ended without a usable trial"},
                {ExitStatus::too_many_failures, "too many failed trials"},
                {ExitStatus::stopped, "stopped by `diwan stop` or Ctrl-C"},
                {ExitStatus::owner_alive, "a run is alive"},
                {ExitStatus::cannot_write, "the state could not be written"},
                {ExitStatus::requeue, "ended by a signal or the time limit, or without a word"}},
      .examples = {{"diwan status search.diwan -o json | jq .status.diwan.state",
                    "the state for a script"}},
      .run = run};
}

}  // namespace diwan
