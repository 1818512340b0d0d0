// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/preview.hpp"

#include <stdexcept>

#include "driver/cli/usage_error.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/shell/initial_trials.hpp"
#include "driver/shell/launching.hpp"
#include "driver/shell/naming.hpp"

namespace diwan {

std::vector<Trial> first_trials(const Spec& spec, std::uint64_t seed, std::size_t count) {
  std::vector<Trial> trials;
  try {
    const auto suggester = with_initial_trials(
        make_suggester(spec.algorithm.name, problem_of(spec, seed)), spec.initial_trials);
    for (Suggestion& suggestion : suggester->ask(count).items) {
      Trial trial;
      trial.number = static_cast<std::uint32_t>(trials.size() + 1);
      trial.attempts = 1;
      trial.name = trial_name(spec.name, seed, trial.number);
      trial.assignment = std::move(suggestion.assignment);
      trial.labels = std::move(suggestion.labels);
      trials.push_back(std::move(trial));
    }
  } catch (const std::invalid_argument& problem) {
    throw UsageError(spec.file.string() + ": " + problem.what());
  }
  return trials;
}

Launch launch_here(const Spec& spec, const Trial& trial, std::uint64_t seed,
                   const std::filesystem::path& directory) {
  try {
    return launch_of(spec, trial, "", seed, directory);
  } catch (const std::invalid_argument& problem) {
    throw UsageError(spec.file.string() + ": " + problem.what());
  }
}

std::string preview(const Spec& spec, std::size_t count) {
  if (!spec.trial_template || !spec.trial_template->kubernetes_only.empty()) {
    throw UsageError("validate: --show: the trials of this experiment have no command here; " +
                     (spec.trial_template ? spec.trial_template->kubernetes_only : ""));
  }
  const std::uint64_t seed = spec.seed.value_or(0);
  std::string text;
  for (const Trial& trial : first_trials(spec, seed, count)) {
    const Launch launch =
        launch_here(spec, trial, seed, std::filesystem::absolute(spec.name + ".diwan"));
    for (const auto& [name, value] : launch.env) {
      text += name + "=" + shell_quote(value) + " ";
    }
    text += shell_quote(launch.argv) + "\n";
  }
  if (!spec.seed) {
    text += "(with seed 0; the file names none, so that a run draws its own)\n";
  }
  return text;
}

}  // namespace diwan
