// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>
#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/run_options.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/best.hpp"
#include "driver/results/confirmation.hpp"
#include "driver/shell/history.hpp"
#include "driver/shell/naming.hpp"
#include "driver/spec/confirmation.hpp"
#include "driver/spec/nas.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

/// The best trials of the experiment, to be run again.
std::vector<FoundTrial> best_of(const Call& call, const Loaded& found) {
  if (found.spec.nas && !searches_architectures(found.spec)) {
    throw UsageError(
        "confirm: a search within one trial has no assignments to run again; train what it found "
        "by a command of your own");
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
  const std::string& format = call.choice("output");
  if (format == "table") {
    call.out << confirmation_table(confirmation, Page::of_standard_output());
  } else if (format == "csv") {
    call.out << confirmation_csv(confirmation);
  } else {
    call.out << document_text(confirmation_value(found.spec.name, confirmation), format);
  }
}

ExitStatus run(const Call& call) {
  begin_run(call);
  const fs::path directory =
      fs::absolute(experiment_directory(call.text("dir"))).lexically_normal();
  call.choice("output");
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

std::vector<Option> options() {
  std::vector<Option> options = {
      {.name = "count",
       .letter = 'k',
       .takes = Takes::text("N"),
       .standard = "3",
       .help = "how many of the best trials (of a Pareto front: its first)"},
      {.name = "repeat",
       .takes = Takes::text("R"),
       .standard = "3",
       .help = "runs of each, every one with a seed (DIWAN_SEED) of its own"},
      output_option({"table", "csv", "json", "yaml"})};
  const std::vector<Option> of_runs = run_options();
  options.insert(options.end(), of_runs.begin(), of_runs.end());
  return options;
}

}  // namespace

Verb confirm_verb() {
  return {
      .name = "confirm",
      .summary = "run the best trials again, with other settings and seeds",
      .details =
          "The runs are an experiment of their own in DIR/confirm-1 (confirm-2 and so on for other "
          "trials or settings); the same command again goes on with it, or shows its result. "
          "Goal and early stopping do not apply. A parameter whose domain `--set` narrows to one "
          "value takes that value in every run.",
      .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
      .options = options(),
      .exits = run_exits(),
      .environment = run_environment(),
      .examples = {{"diwan confirm search.diwan -k 5 --repeat 3",
                    "the best five, each three times"}},
      .run = run};
}

}  // namespace diwan
