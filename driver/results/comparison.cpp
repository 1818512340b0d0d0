// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/comparison.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include "driver/core/standing.hpp"
#include "driver/results/best.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/row.hpp"
#include "driver/results/saving.hpp"
#include "driver/results/status.hpp"

namespace diwan {
namespace {

constexpr double seconds_an_hour = 3600;

/// "minimize loss by its min".
std::string measure_text(const Rules& rules) {
  return std::string(to_string(rules.directions.front())) + " " + rules.metrics.front().name +
         " by its " + to_string(rules.metrics.front().strategy);
}

void refuse_several_objectives(const Loaded& loaded) {
  if (loaded.experiment.rules().directions.size() > 1) {
    throw std::invalid_argument(loaded.directory.string() +
                                " has several objectives and so no one best trial to compare "
                                "by; see `diwan best` for its front");
  }
}

std::vector<Standing> standings_of(const Loaded& loaded, const SavingEstimate& saving) {
  const Experiment& experiment = loaded.experiment;
  std::vector<Standing> standings;
  std::optional<Candidate> best;
  double saved = 0;
  for (const Milestone& milestone : loaded.course) {
    const Trial& trial = experiment.trial(milestone.trial);
    const auto candidate = candidate_of(experiment, trial);
    if (candidate && (!best || comes_before(*candidate, *best, experiment.rules().directions[0]))) {
      best = candidate;
    }
    saved += saving.seconds(trial).value_or(0);
    standings.push_back(
        {.spent = milestone,
         .saved_seconds = saved,
         .objective = candidate ? std::optional(candidate->objectives[0]) : std::nullopt,
         .best = best ? std::optional(best->objectives[0]) : std::nullopt});
  }
  return standings;
}

Compared compared(const Loaded& loaded) {
  const SavingEstimate saving(loaded.experiment);
  Compared one{
      .loaded = &loaded,
      .label = {},
      .seconds = std::chrono::duration<double>(loaded.experiment.worked(loaded.until)).count(),
      .trial_seconds = 0,
      .saved_seconds = 0,
      .standings = standings_of(loaded, saving)};
  for (const Trial& trial : loaded.experiment.trials()) {
    one.trial_seconds += seconds_of(loaded, trial);
    const auto saved = saving.seconds(trial);
    one.saved_seconds =
        saved && one.saved_seconds ? std::optional(*one.saved_seconds + *saved) : std::nullopt;
  }
  return one;
}

/// The last `depth` names of a path, without `.diwan`.
std::string tail(const std::filesystem::path& path, std::size_t depth) {
  std::filesystem::path kept = path.extension() == ".diwan" ? path.stem() : path.filename();
  std::filesystem::path rest = path.parent_path();
  for (std::size_t names = 1; names < depth && rest.has_filename(); ++names) {
    kept = rest.filename() / kept;
    rest = rest.parent_path();
  }
  return kept.string();
}

/// The directory's name, after as much of its path as tells it from the others.
void label(std::vector<Compared>& experiments) {
  constexpr std::size_t deepest = 32;
  std::vector<std::filesystem::path> paths;
  for (const Compared& one : experiments) {
    const auto path = std::filesystem::absolute(one.loaded->directory).lexically_normal();
    paths.push_back(path.has_filename() ? path : path.parent_path());
  }
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    std::size_t depth = 1;
    const auto shared = [&](const std::filesystem::path& other) {
      return other != paths[i] && tail(other, depth) == tail(paths[i], depth);
    };
    while (depth < deepest && std::any_of(paths.begin(), paths.end(), shared)) {
      ++depth;
    }
    experiments[i].label = tail(paths[i], depth);
  }
}

std::string number_text(const std::optional<double>& value) {
  return value ? shortest(*value) : "";
}

Value hours(const std::optional<double>& seconds) {
  return seconds ? Value(*seconds / seconds_an_hour) : Value();
}

Value course_value(const Compared& one) {
  Value::List course;
  course.reserve(one.standings.size());
  for (const Standing& at : one.standings) {
    const Trial& trial = one.loaded->experiment.trial(at.spent.trial);
    course.push_back(Value::Fields{{"trials", course.size() + 1},
                                   {"trial", trial.name},
                                   {"status", to_string(trial.status)},
                                   {"seconds", at.spent.seconds},
                                   {"trialHours", hours(at.spent.trial_seconds)},
                                   {"objective", at.objective},
                                   {"best", at.best}});
  }
  return course;
}

}  // namespace

void refuse_without_common_measure(const Loaded& first, const Loaded& second) {
  refuse_several_objectives(first);
  refuse_several_objectives(second);
  const std::string measure = measure_text(first.experiment.rules());
  const std::string other = measure_text(second.experiment.rules());
  if (measure != other) {
    throw std::invalid_argument(first.directory.string() + " is to " + measure + ", " +
                                second.directory.string() + " to " + other +
                                ": they have no measure in common; compare those of one objective");
  }
}

std::vector<Compared> compare(std::span<const Loaded> experiments) {
  for (const Loaded& loaded : experiments) {
    refuse_without_common_measure(experiments.front(), loaded);
  }
  std::vector<Compared> all;
  all.reserve(experiments.size());
  for (const Loaded& loaded : experiments) {
    all.push_back(compared(loaded));
  }
  label(all);
  return all;
}

std::string comparison_csv(std::span<const Compared> experiments) {
  std::string text =
      "experiment,trials,trial,status,seconds,trialHours,savedTrialHours,objective,best\n";
  for (const Compared& one : experiments) {
    for (std::size_t i = 0; i < one.standings.size(); ++i) {
      const Standing& at = one.standings[i];
      const Trial& trial = one.loaded->experiment.trial(at.spent.trial);
      const auto saved =
          one.saved_seconds ? std::optional(at.saved_seconds / seconds_an_hour) : std::nullopt;
      const std::array<std::string, 9> fields = {one.label,
                                                 std::to_string(i + 1),
                                                 trial.name,
                                                 to_string(trial.status),
                                                 shortest(at.spent.seconds),
                                                 shortest(at.spent.trial_seconds / seconds_an_hour),
                                                 number_text(saved),
                                                 number_text(at.objective),
                                                 number_text(at.best)};
      text += csv_line(fields);
    }
  }
  return text;
}

Value comparison_document(std::span<const Compared> experiments) {
  const Rules& rules = experiments.front().loaded->experiment.rules();
  Value::List list;
  for (const Compared& one : experiments) {
    const Loaded& loaded = *one.loaded;
    const Best best = best_trials(loaded, 1);
    const auto& stopping = loaded.spec.early_stopping;
    list.push_back(Value::Fields{
        {"experiment", loaded.spec.name},
        {"label", one.label},
        {"directory", std::filesystem::absolute(loaded.directory).lexically_normal().string()},
        {"state", to_string(run_state(loaded))},
        {"algorithm", loaded.spec.algorithm.name},
        {"earlyStopping", stopping ? Value(stopping->name) : Value()},
        {"trials", one.standings.size()},
        {"earlyStopped", loaded.experiment.counters().early_stopped},
        {"best", best.trials.empty()
                     ? Value()
                     : row_value(loaded, loaded.experiment.trial(best.trials.front()))},
        {"seconds", one.seconds},
        {"trialHours", hours(one.trial_seconds)},
        {"savedTrialHours", hours(one.saved_seconds)},
        {"course", course_value(one)}});
  }
  return Value::Fields{{"version", 1},
                       {"objective", Value::Fields{{"metric", rules.metrics.front().name},
                                                   {"type", to_string(rules.directions.front())}}},
                       {"savedTrialHoursAre", "estimated"},
                       {"experiments", std::move(list)}};
}

}  // namespace diwan
