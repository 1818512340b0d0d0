// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <filesystem>
#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/run_options.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/results/load.hpp"
#include "driver/results/status.hpp"
#include "driver/shell/control.hpp"
#include "driver/shell/history.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

std::vector<Option> options() {
  std::vector<Option> options = run_options();
  options.push_back({.name = "dir",
                     .takes = Takes::a(Takes::Kind::folder, "DIR"),
                     .help = "experiment directory (default: NAME.diwan)"});
  options.push_back({.name = "from",
                     .takes = Takes::a(Takes::Kind::file, "DIR|CSV"),
                     .repeated = true,
                     .help = "begin with the results of another experiment, or of a table; may be "
                             "given again"});
  return options;
}

/// The places of --from: experiment directories and files of tables.
std::vector<fs::path> sources_of(const Call& call) {
  std::vector<fs::path> sources;
  for (const std::string& text : call.list("from")) {
    const fs::path extension = fs::path(text).extension();
    const bool experiment = fs::is_directory(text) || extension == ".yaml" || extension == ".yml";
    sources.push_back(
        fs::absolute(experiment ? experiment_directory(text) : fs::path(text)).lexically_normal());
  }
  return sources;
}

ExitStatus run(const Call& call) {
  begin_run(call);
  SpecOptions options;
  options.set = settings_of(call);
  Spec spec = read_experiment(call.text("experiment"), options);
  const std::string given = call.maybe("dir").value_or(spec.name + ".diwan");
  if (given.empty()) {
    throw UsageError("--dir is empty; give a directory, or leave it out for " + spec.name +
                     ".diwan");
  }
  const fs::path directory = fs::absolute(given).lexically_normal();
  RunRequest request = run_request(call, std::move(spec), directory);
  request.from = sources_of(call);
  return start_run(call, std::move(request));
}

/// Ends the pause of a run that is alive, or may be; false if there is none.
bool end_pause(const fs::path& directory) {
  if (run_state(load(directory)) != RunState::paused) {
    return false;
  }
  ControlRequest request;
  request.kind = ControlRequest::Kind::go_on;
  request.by = "diwan resume";
  request.time = wall_clock();
  write_request(directory, request);
  return true;
}

ExitStatus resume(const Call& call) {
  begin_run(call);
  const fs::path directory =
      fs::absolute(experiment_directory(call.text("dir"))).lexically_normal();
  if (!call.flag("take-over") && end_pause(directory)) {
    call.err << "diwan: resume: asked the paused run to go on\n";
    return ExitStatus::done;
  }
  SpecOptions options;
  options.set = settings_of(call);
  return start_run(call, run_request(call, kept_spec(directory, options), directory));
}

}  // namespace

Verb run_verb() {
  return {
      .name = "run",
      .summary = "start an experiment, or go on with it",
      .details =
          "Started alone it runs trials on this host; under mpirun on all ranks but the first; "
          "with `--launcher slurm` as jobs. The same command again goes on with what the "
          "directory holds. On a finished experiment it changes nothing and returns the "
          "recorded status, unless a larger budget or another goal leaves work to do.\n\n"
          "Ctrl-C, TERM, USR1 or USR2 once: no further trial starts, running ones get the grace "
          "time to save their work. Twice: now.\n\n"
          "mpirun hides the exit status, so it also stands in DIR/outcome; batch scripts ask "
          "`diwan status DIR --exit-status`.",
      .positionals = {{.name = "experiment",
                       .takes = Takes::a(Takes::Kind::experiment, "EXPERIMENT")}},
      .options = options(),
      .exits = run_exits(),
      .environment = run_environment(),
      .examples = {{"diwan run search.yaml", "on this host"},
                   {"mpirun -n 5 --oversubscribe diwan run search.yaml",
                    "one coordinator, four workers, on however few cores"},
                   {"diwan run search.yaml --set parameters.lr.feasibleSpace.max=0.5",
                    "with another bound"}},
      .run = run};
}

Verb resume_verb() {
  return {
      .name = "resume",
      .summary = "go on with the experiment that a directory holds",
      .details = "The specification is the one kept in DIR. It also ends a pause.",
      .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
      .options = run_options(),
      .exits = run_exits(),
      .environment = run_environment(),
      .examples = {{"mpirun -n 5 --oversubscribe diwan resume search.diwan", "go on where it was"}},
      .run = resume};
}

}  // namespace diwan
