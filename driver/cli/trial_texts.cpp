// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/trial_texts.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "driver/cli/usage_error.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/shell/naming.hpp"
#include "driver/spec/given.hpp"
#include "driver/spec/parameters.hpp"

namespace diwan {
namespace {

/// The program of a trial's last attempt, as it was run.
TrialCommand command_of(const Loaded& loaded, const Trial& trial) {
  if (!has_command(loaded)) {
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
    const Given given(loaded.spec, trial.assignment);
    return render(*loaded.spec.trial_template, given.space(), given.assignment(), facts);
  } catch (const std::invalid_argument& problem) {
    throw UsageError(std::string("best: ") + problem.what());
  }
}

std::string in_single_quotes(const std::string& text) {
  const std::string quoted = shell_quote(text);
  return quoted.starts_with('\'') ? quoted : "'" + quoted + "'";
}

}  // namespace

bool has_command(const Loaded& loaded) {
  return loaded.spec.trial_template && loaded.spec.trial_template->kubernetes_only.empty();
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

std::string env_text(const Loaded& loaded, const Trial& trial) {
  std::string text;
  Given(loaded.spec, trial.assignment)
      .each([&text](const Parameter& parameter, const std::string& value) {
        text += parameter_variable(parameter.name) + "=" + in_single_quotes(value) + "\n";
      });
  return text;
}

}  // namespace diwan
