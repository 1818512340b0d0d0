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

/// The experiment directories in a folder, by name: those that `diwan run` makes, NAME.diwan.
std::vector<fs::path> experiments_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().extension() == ".diwan" && entry.is_directory(none) &&
        holds_experiment(entry.path())) {
      found.push_back(entry.path().lexically_normal());
    }
  }
  std::ranges::sort(found);
  return found;
}

/// The one experiment in a folder that holds none itself. @throws UsageError where there is none,
/// or more than one.
fs::path only_experiment_in(const fs::path& folder, const std::string& origin) {
  constexpr std::size_t most_named = 5;
  const std::vector<fs::path> found = experiments_in(folder);
  if (found.size() == 1) {
    return found.front();
  }
  if (found.empty()) {
    throw UsageError(origin + folder.string() +
                     " holds no experiment (no journal, no experiment.h5); give the directory that "
                     "`diwan run` made");
  }
  std::string names;
  for (std::size_t i = 0; i < std::min(found.size(), most_named); ++i) {
    names += (names.empty() ? "" : ", ") + found[i].string();
  }
  throw UsageError(folder.string() + " holds " + std::to_string(found.size()) +
                   " experiments; give one of them: " + names +
                   (found.size() > most_named ? ", ..." : ""));
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
  return holds_experiment(directory) ? directory : only_experiment_in(directory, origin);
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
