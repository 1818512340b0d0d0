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
#include "driver/results/best.hpp"
#include "driver/results/confirmation.hpp"
#include "driver/shell/history.hpp"
#include "driver/shell/naming.hpp"
#include "driver/spec/confirmation.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

/// The best trials of the experiment, to be run again.
std::vector<FoundTrial> best_of(const Call& call, const Loaded& found) {
  if (found.spec.nas) {
    throw UsageError(
        "confirm: an architecture search has no assignments to run again; train its best "
        "architecture by a command of your own");
  }
  const Best best = best_trials(found, call.whole("count", 1));
  std::vector<FoundTrial> trials;
  for (const std::uint32_t number : best.trials) {
    trials.push_back({.number = number, .assignment = found.experiment.trial(number).assignment});
  }
  return trials;
}

/// The directory in which this confirmation was begun, else a new one.
fs::path directory_for(const Spec& spec, const fs::path& directory) {
  for (const fs::path& known : confirmation_directories(directory)) {
    if (kept_spec(known, {}).text == spec.text) {
      return known;
    }
  }
  return next_confirmation_directory(directory);
}

void print(const Call& call, const Loaded& found, const Confirmation& confirmation) {
  const std::string& format = call.choice("output", {"table", "csv", "json", "yaml"});
  if (format == "table") {
    call.out << confirmation_table(found, confirmation, Page::of_standard_output());
  } else if (format == "csv") {
    call.out << confirmation_csv(found, confirmation);
  } else {
    const Value value = confirmation_value(found, confirmation);
    call.out << (format == "json" ? json_text(value) + "\n" : yaml_text(value));
  }
}

ExitStatus run(const Call& call) {
  enter_mpi_program(call);
  const fs::path directory =
      fs::absolute(experiment_directory(call.text("dir"))).lexically_normal();
  call.choice("output", {"table", "csv", "json", "yaml"});
  const Loaded found = load(directory);
  const std::vector<FoundTrial> trials = best_of(call, found);
  if (trials.empty()) {
    call.err << "diwan: confirm: no trial has ended with a finite objective\n";
    return ExitStatus::no_usable_trial;
  }
  const auto repeats = static_cast<std::uint32_t>(*call.whole("repeat", 1, 100'000));
  const std::uint64_t seed =
      call.whole("seed", 0, INT64_MAX).value_or(confirmation_seed(found.experiment.seed()));
  Spec spec = confirmation_of(found.spec, trials, repeats, seed, settings_of(call));
  const fs::path own = directory_for(spec, directory);
  RunRequest request = run_request(call, std::move(spec), own);
  request.print_best = false;
  const ExitStatus status = start_run(call, std::move(request));
  print(call, found, read_confirmation(found, own));
  return status;
}

po::options_description options() {
  po::options_description options;
  options.add_options()("count,k", po::value<std::string>()->value_name("N")->default_value("3"),
                        "how many of the best trials (of a Pareto front: its first)")(
      "repeat", po::value<std::string>()->value_name("R")->default_value("3"),
      "runs of each, every one with a seed (DIWAN_SEED) of its own");
  options.add(output_option("table, csv, json or yaml"));
  options.add(run_options());
  return options;
}

}  // namespace

Verb confirm_verb() {
  return {.name = "confirm",
          .synopsis = "DIR [-k N] [--repeat R] [--set PATH=VALUE]... [options]",
          .summary = "run the best trials again, with other settings and seeds",
          .positionals = {{.name = "dir"}},
          .options = options,
          .run = run};
}

}  // namespace diwan
