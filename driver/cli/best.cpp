// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/best.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/results/row.hpp"
#include "driver/results/table.hpp"
#include "driver/results/trials.hpp"
#include "driver/shell/naming.hpp"
#include "driver/spec/parameters.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;

/// The program of a trial's last attempt, as it was run.
TrialCommand command_of(const Loaded& loaded, const Trial& trial) {
  if (!loaded.spec.trial_template || !loaded.spec.trial_template->kubernetes_only.empty()) {
    throw UsageError(
        "best: this experiment's trials run on Kubernetes alone and have no command here; "
        "use -o yaml");
  }
  const auto directory = std::filesystem::absolute(loaded.directory).lexically_normal();
  const std::uint32_t attempt = std::max(trial.attempts, 1U);
  const RunFacts facts{
      .trial_name = trial.name,
      .experiment_namespace = loaded.spec.name_space,
      .trial_directory = attempt_directory(directory, trial.name, attempt).string(),
      .checkpoint_directory = checkpoint_directory(directory, trial.name).string(),
      .port = 0};
  try {
    return render(*loaded.spec.trial_template, loaded.spec.space, trial.assignment, facts);
  } catch (const std::invalid_argument& problem) {
    throw UsageError(std::string("best: ") + problem.what());
  }
}

std::string args_text(const Loaded& loaded, const Trial& trial) {
  const TrialCommand command = command_of(loaded, trial);
  std::vector<std::string> arguments;
  for (const std::size_t place : command.parameter_arguments) {
    arguments.push_back(command.argv.at(place));
  }
  return shell_quote(arguments) + "\n";
}

std::string command_text(const Loaded& loaded, const Trial& trial) {
  const TrialCommand command = command_of(loaded, trial);
  const std::int32_t seed = trial_seed(loaded.experiment.seed(), trial.number);
  std::string text = "DIWAN_SEED=" + std::to_string(seed) + " ";
  for (const auto& [name, value] : command.env) {
    text += name + "=" + shell_quote(value) + " ";
  }
  return text + shell_quote(command.argv) + "\n";
}

std::string in_single_quotes(const std::string& text) {
  const std::string quoted = shell_quote(text);
  return quoted.starts_with('\'') ? quoted : "'" + quoted + "'";
}

std::string env_text(const Loaded& loaded, const Trial& trial) {
  const SearchSpace& space = loaded.spec.space;
  std::string text;
  for (std::size_t p = 0; p < space.size(); ++p) {
    const double value = trial.assignment.values.at(p);
    if (value == value) {
      text += parameter_variable(space.parameters()[p].name) + "=" +
              in_single_quotes(space.text(p, value)) + "\n";
    }
  }
  return text;
}

Value document(const Loaded& loaded, const Best& best) {
  Value::List rows;
  for (const std::uint32_t number : best.trials) {
    rows.push_back(row_value(loaded, loaded.experiment.trial(number)));
  }
  Value value(
      Value::Fields{{"version", 1}, {"experiment", loaded.spec.name}, {"pareto", best.pareto}});
  if (!best.resource_name.empty()) {
    value["resource"] = Value::Fields{{"name", best.resource_name}, {"value", best.resource}};
  }
  value["best"] = std::move(rows);
  return value;
}

std::string table_text(const Loaded& loaded, const Best& best) {
  std::vector<const Trial*> trials;
  for (const std::uint32_t number : best.trials) {
    trials.push_back(&loaded.experiment.trial(number));
  }
  const std::string note = best.resource_name.empty() ? ""
                                                      : "of the trials with " + best.resource_name +
                                                            "=" + shortest(best.resource) + "\n";
  return trials_table(loaded, trials, Page::of_standard_output()) + note;
}

ExitStatus run(const Call& call) {
  const std::string& format =
      call.choice("output", {"table", "json", "yaml", "args", "command", "env"});
  const auto count = call.whole("count", 1);
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  const Best best = best_trials(loaded, count);
  if (format == "json") {
    call.out << json_text(document(loaded, best)) << '\n';
  } else if (format == "yaml") {
    call.out << yaml_text(document(loaded, best));
  }
  if (best.trials.empty()) {
    call.err << "diwan: best: no trial has ended with a finite objective\n";
    return ExitStatus::no_usable_trial;
  }
  if (format == "table") {
    call.out << table_text(loaded, best);
  }
  const auto text_of = format == "args"      ? args_text
                       : format == "command" ? command_text
                       : format == "env"     ? env_text
                                             : nullptr;
  for (const std::uint32_t number : best.trials) {
    if (text_of != nullptr) {
      call.out << text_of(loaded, loaded.experiment.trial(number));
    }
  }
  return ExitStatus::done;
}

po::options_description options() {
  po::options_description options;
  options.add(output_option("table, json, yaml, args (ready to paste), command or env"));
  options.add_options()("count,k", po::value<std::string>()->value_name("N"),
                        "the best N; without it one, or a whole Pareto front");
  return options;
}

}  // namespace

Verb best_verb() {
  return {.name = "best",
          .synopsis = "DIR [-k N] [-o table|json|yaml|args|command|env]",
          .summary = "the best trials, ready to use",
          .positionals = {{.name = "dir"}},
          .options = options,
          .run = run};
}

}  // namespace diwan
