// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/status.hpp"

#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"

namespace diwan {
namespace {

/// Batch scripts ask when the run has ended, which has said itself what is wrong with its file, or
/// why it made no directory. Damage of a directory may be seen here first.
ExitStatus exit_status_of(const std::string& directory) {
  try {
    return static_cast<ExitStatus>(last_exit_status(experiment_directory(directory)));
  } catch (const SpecError&) {
  } catch (const UsageError&) {
  }
  return ExitStatus::usage;
}

ExitStatus run(const Call& call) {
  if (call.flag("exit-status")) {
    return exit_status_of(call.text("dir"));
  }
  const std::string& format = call.choice("output");
  const Loaded loaded = load(experiment_directory(call.text("dir")));
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
