// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/completion/known.hpp"

#include <cstdlib>
#include <exception>

#include "driver/cli/references.hpp"
#include "driver/results/row.hpp"

namespace diwan::completion {
namespace {

/// As a shell would read it: ~/ is the home.
std::string without_tilde(const std::string& path) {
  const char* home = std::getenv("HOME");
  return path.starts_with("~/") && home != nullptr ? home + path.substr(1) : path;
}

/// Names are long and many; they are for those who began to type one.
std::vector<Candidate> trials_of(const Loaded& loaded, bool with_names) {
  std::vector<Candidate> trials = {{"best", ""}, {"last", ""}};
  for (const Trial& trial : loaded.experiment.trials()) {
    trials.push_back(
        {std::to_string(trial.number), std::string(to_string(trial.status)) + " " +
                                           cell_text(objective_value(loaded.experiment, trial))});
    if (with_names) {
      trials.push_back({trial.name, "#" + std::to_string(trial.number)});
    }
  }
  return trials;
}

std::vector<Candidate> columns_of(const Loaded& loaded) {
  std::vector<Candidate> columns;
  for (const MetricRule& rule : loaded.experiment.rules().metrics) {
    columns.push_back({rule.name, "metric"});
  }
  for (const Parameter& parameter : loaded.spec.space.parameters()) {
    columns.push_back({parameter.name, "parameter"});
  }
  return columns;
}

}  // namespace

std::vector<Candidate> known(const Wanted& wanted) {
  try {
    const Loaded loaded = load(experiment_directory(without_tilde(wanted.directory)));
    return wanted.kind == Takes::Kind::trial ? trials_of(loaded, !wanted.typed.empty())
                                             : columns_of(loaded);
  } catch (const std::exception&) {
    return {};  // a directory that cannot be read has nothing to offer, and this is no place to say
                // so
  }
}

}  // namespace diwan::completion
