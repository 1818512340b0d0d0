// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/references.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "driver/cli/usage_error.hpp"
#include "driver/cli/verb.hpp"
#include "driver/results/best.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

const Trial& by_number(const Loaded& loaded, const std::string& text) {
  const auto& trials = loaded.experiment.trials();
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  if (number < 1 || number > trials.size()) {
    throw UsageError("there is no trial " + text + "; " +
                     (trials.empty() ? "the experiment has none yet"
                                     : "they are numbered 1 to " + std::to_string(trials.size())));
  }
  return trials[number - 1];
}

const Trial& by_suffix(const Loaded& loaded, const std::string& text) {
  const Trial* found = nullptr;
  std::size_t matches = 0;
  for (const Trial& trial : loaded.experiment.trials()) {
    if (trial.name == text) {
      return trial;
    }
    if (trial.name.ends_with(text)) {
      found = &trial;
      ++matches;
    }
  }
  if (matches > 1) {
    throw UsageError("'" + text + "' is the end of " + std::to_string(matches) +
                     " trials' names; give more of it, or the number");
  }
  if (found == nullptr) {
    throw UsageError("there is no trial '" + text +
                     "'; give a number, a name, its end, `best` or `last`");
  }
  return *found;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> settings_of(const Call& call) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const std::string& given : call.list("set")) {
    const auto equals = given.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError(std::string(call.verb.name) + ": --set " + given +
                       ": give PATH=VALUE, such as maxTrialCount=20");
    }
    settings.emplace_back(given.substr(0, equals), given.substr(equals + 1));
  }
  return settings;
}

Spec read_experiment(const std::string& file, const SpecOptions& options) {
  try {
    std::error_code none;
    if (fs::is_directory(file, none)) {
      throw UsageError(file + " is a directory; give an experiment file (YAML)");
    }
    return read_spec(file, options);
  } catch (const std::system_error& error) {
    throw UsageError(file + ": " + error.code().message() + "; give an experiment file (YAML)");
  }
}

fs::path experiment_directory(const std::string& dir) {
  std::error_code none;
  fs::path directory = dir;
  std::string origin;
  if (!fs::is_directory(directory, none)) {
    if (!fs::exists(directory, none)) {
      throw UsageError(dir + ": no such directory; give an experiment directory or its file");
    }
    directory = read_experiment(dir, {.set = {}, .template_required = false}).name + ".diwan";
    origin = dir + ": its directory ";
    if (!fs::is_directory(directory, none)) {
      throw UsageError(origin + directory.string() +
                       " is not here; run the experiment first, or go where it was run");
    }
  }
  if (!holds_experiment(directory)) {
    throw UsageError(origin + directory.string() +
                     " holds no experiment (no journal, no experiment.h5); give the directory that "
                     "`diwan run` made");
  }
  return directory;
}

const Trial& find_trial(const Loaded& loaded, const std::string& trial) {
  if (!trial.empty() && trial.find_first_not_of("0123456789") == std::string::npos) {
    return by_number(loaded, trial);
  }
  if (trial == "last") {
    return by_number(loaded, std::to_string(loaded.experiment.trials().size()));
  }
  if (trial == "best") {
    const Best best = best_trials(loaded, 1);
    if (best.trials.empty()) {
      throw UsageError("there is no best trial yet; none has ended with a finite objective");
    }
    return loaded.experiment.trial(best.trials.front());
  }
  if (trial.empty()) {
    throw UsageError("TRIAL is empty; give a number, a name, its end, `best` or `last`");
  }
  return by_suffix(loaded, trial);
}

}  // namespace diwan
