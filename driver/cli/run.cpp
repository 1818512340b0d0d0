// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <filesystem>
#include <ostream>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/commands.hpp"
#include "driver/cli/mpi_program.hpp"
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

namespace po = boost::program_options;
namespace fs = std::filesystem;

po::options_description options() {
  po::options_description options = run_options();
  auto add = options.add_options();
  add("dir", po::value<std::string>()->value_name("DIR"),
      "experiment directory (default: NAME.diwan)");
  add("from", po::value<std::vector<std::string>>()->composing()->value_name("DIR|CSV"),
      "begin with the results of another experiment, or of a table; may be given again");
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
  enter_mpi_program(call);
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
  enter_mpi_program(call);
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
  return {.name = "run",
          .synopsis = "EXPERIMENT [options]",
          .summary = "start an experiment, or go on with it",
          .positionals = {{.name = "experiment"}},
          .options = options,
          .run = run};
}

Verb resume_verb() {
  return {.name = "resume",
          .synopsis = "DIR [options]",
          .summary = "go on with the experiment that a directory holds",
          .positionals = {{.name = "dir"}},
          .options = run_options,
          .run = resume};
}

}  // namespace diwan
