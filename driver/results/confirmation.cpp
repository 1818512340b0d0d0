// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/confirmation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <utility>

#include "driver/core/standing.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/row.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

fs::path numbered(const fs::path& directory, std::size_t number) {
  return directory / ("confirm-" + std::to_string(number));
}

/// Adds what one run of the confirmation says about the trial it repeats.
void take_run(const Loaded& confirming, const Trial& run, Confirmed& confirmed) {
  if (run.phase != Phase::ended) {
    ++confirmed.unended;
    return;
  }
  const auto result = candidate_of(confirming.experiment, run);
  if (!result) {
    ++confirmed.without_result;
    return;
  }
  confirmed.runs.push_back(run.number);
  for (std::size_t i = 0; i < confirmed.objectives.size(); ++i) {
    confirmed.objectives[i].values.push_back(result->objectives.at(i));
  }
}

void put_best_first(const Loaded& confirming, std::vector<Confirmed>& trials) {
  const auto& directions = confirming.experiment.rules().directions;
  if (directions.size() > 1) {
    return;
  }
  const bool maximize = directions.front() == Direction::maximize;
  std::stable_sort(trials.begin(), trials.end(), [&](const Confirmed& a, const Confirmed& b) {
    const auto first = a.objectives.front().mean();
    const auto second = b.objectives.front().mean();
    if (!first || !second) {
      return first.has_value() && !second.has_value();
    }
    return maximize ? *first > *second : *first < *second;
  });
}

/// Places after the point for an objective of all these trials: two digits of the smallest
/// deviation, but six of a mean at most. None where no run deviates, or the values are too large or
/// too small to be written so.
std::optional<int> places_of(const std::vector<Confirmed>& trials, std::size_t objective) {
  double least = std::numeric_limits<double>::infinity();
  double largest = 0;
  for (const Confirmed& confirmed : trials) {
    const Repeated& repeated = confirmed.objectives.at(objective);
    if (const auto deviation = repeated.deviation(); deviation && *deviation > 0) {
      least = std::min(least, *deviation);
    }
    largest = std::max(largest, std::abs(repeated.mean().value_or(0)));
  }
  if (!std::isfinite(least) || largest < 1e-3 || largest >= 1e6) {
    return std::nullopt;
  }
  const auto exponent = [](double value) {
    return static_cast<int>(std::floor(std::log10(value)));
  };
  return std::max(std::min(1 - exponent(least), 5 - exponent(largest)), 0);
}

std::string number_text(const std::optional<double>& value, std::optional<int> places) {
  if (!value || !places) {
    return cell_text(value);
  }
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", *places, *value);
  return {text.data(), static_cast<std::size_t>(length)};
}

/// A deviation that such places would round away is told by two digits of its own.
std::string deviation_text(double deviation, std::optional<int> places) {
  if (places && (deviation == 0 || deviation >= std::pow(10.0, -*places))) {
    return number_text(deviation, places);
  }
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.2g", deviation);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string mean_text(const Repeated& objective, std::optional<int> places) {
  const auto deviation = objective.deviation();
  return number_text(objective.mean(), places) +
         (deviation ? " +- " + deviation_text(*deviation, places) : "");
}

std::string runs_text(const Confirmed& confirmed) {
  std::string text = std::to_string(confirmed.runs.size());
  if (confirmed.without_result > 0) {
    text += ", " + std::to_string(confirmed.without_result) + " without a result";
  }
  if (confirmed.unended > 0) {
    text += ", " + std::to_string(confirmed.unended) + " to come";
  }
  return text;
}

}  // namespace

std::optional<double> Repeated::mean() const {
  if (values.empty()) {
    return std::nullopt;
  }
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::optional<double> Repeated::deviation() const {
  if (values.size() < 2) {
    return std::nullopt;
  }
  const double middle = *mean();
  double squares = 0;
  for (const double value : values) {
    squares += (value - middle) * (value - middle);
  }
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

std::vector<fs::path> confirmation_directories(const fs::path& directory) {
  std::vector<fs::path> all;
  for (std::size_t number = 1; holds_experiment(numbered(directory, number)); ++number) {
    all.push_back(numbered(directory, number));
  }
  return all;
}

fs::path next_confirmation_directory(const fs::path& directory) {
  return numbered(directory, confirmation_directories(directory).size() + 1);
}

std::optional<std::uint32_t> Confirmed::nearest() const {
  if (runs.empty()) {
    return std::nullopt;
  }
  const Repeated& first = objectives.front();
  const auto away = [middle = *first.mean()](double value) { return std::abs(value - middle); };
  const auto found = std::ranges::min_element(first.values, {}, away);
  return runs.at(static_cast<std::size_t>(found - first.values.begin()));
}

Confirmation confirmation_in(const Loaded& confirming) {
  const Spec& spec = confirming.spec;
  const Confirms confirms = spec.confirms.value_or(Confirms{});
  Confirmation confirmation;
  confirmation.directory = confirming.directory;
  confirmation.set = confirms.set;
  confirmation.state = run_state(confirming);
  confirmation.spec = spec;
  for (const ObjectiveSpec& objective : spec.objectives) {
    confirmation.metrics.push_back(objective.metric);
  }
  for (std::size_t i = 0; i < confirms.trials.size(); ++i) {
    Confirmed confirmed;
    confirmed.trial = confirms.trials[i];
    if (i < spec.initial_trials.size()) {
      confirmed.assignment = spec.initial_trials[i];
    }
    confirmed.objectives.resize(spec.objectives.size());
    confirmation.trials.push_back(std::move(confirmed));
  }
  const std::size_t runs = confirms.trials.empty() ? 0 : spec.initial_trials.size();
  for (std::size_t run = 0; run < runs; ++run) {
    Confirmed& confirmed = confirmation.trials[run % confirmation.trials.size()];
    if (run < confirming.experiment.trials().size()) {
      take_run(confirming, confirming.experiment.trials()[run], confirmed);
    } else {
      ++confirmed.unended;
    }
  }
  put_best_first(confirming, confirmation.trials);
  return confirmation;
}

Confirmation read_confirmation(const Loaded& found, const fs::path& directory) {
  Confirmation confirmation = confirmation_in(load(directory));
  const Experiment& before = found.experiment;
  const auto is_found = [&](const Confirmed& one) { return before.has(one.trial); };
  if (confirmation.trials.empty() || !std::ranges::all_of(confirmation.trials, is_found)) {
    throw StoreError(directory.string() + " holds an experiment that confirms no trials of " +
                     found.directory.string() + "; move it elsewhere");
  }
  for (Confirmed& confirmed : confirmation.trials) {
    const Trial& trial = before.trial(confirmed.trial);
    confirmed.name = trial.name;
    const std::size_t known = std::min(confirmed.objectives.size(), found.spec.objectives.size());
    for (std::size_t i = 0; i < known; ++i) {
      confirmed.objectives[i].found = before.objective(trial, i);
    }
  }
  return confirmation;
}

std::string mean_text(const Repeated& objective) {
  Confirmed alone;
  alone.objectives = {objective};
  return mean_text(objective, places_of({alone}, 0));
}

std::string confirmation_table(const Confirmation& confirmation, const Page& page) {
  const bool knows_found = std::ranges::any_of(confirmation.trials, [](const Confirmed& one) {
    return std::ranges::any_of(
        one.objectives, [](const Repeated& objective) { return objective.found.has_value(); });
  });
  Table table;
  table.column("TRIAL", Table::Align::right);
  std::vector<std::optional<int>> places;
  for (std::size_t i = 0; i < confirmation.metrics.size(); ++i) {
    const std::string name = cut_to(printable(confirmation.metrics[i]), 20);
    table.column(name, Table::Align::right);
    if (knows_found) {
      table.column("CONFIRMED", Table::Align::right);
    }
    places.push_back(places_of(confirmation.trials, i));
  }
  table.column("RUNS");
  table.column("ASSIGNMENTS");
  for (const Confirmed& confirmed : confirmation.trials) {
    std::vector<std::string> cells = {std::to_string(confirmed.trial)};
    for (std::size_t i = 0; i < confirmed.objectives.size(); ++i) {
      if (knows_found) {
        cells.push_back(number_text(confirmed.objectives[i].found, places[i]));
      }
      cells.push_back(mean_text(confirmed.objectives[i], places[i]));
    }
    cells.push_back(runs_text(confirmed));
    cells.push_back(
        printable(assignment_text(confirmation.spec, confirmed.assignment, Digits::six)));
    table.row(std::move(cells));
  }
  std::string text = table.text(page);
  for (const std::string& setting : confirmation.set) {
    text += "with " + printable(setting) + "\n";
  }
  return text;
}

std::string confirmation_csv(const Confirmation& confirmation) {
  const std::vector<std::string> header = {"number", "trial",     "objective", "found",
                                           "mean",   "deviation", "runs",      "withoutResult"};
  const auto exact = [](const std::optional<double>& value) {
    return value ? shortest(*value) : std::string();
  };
  std::string text = csv_line(header);
  for (const Confirmed& confirmed : confirmation.trials) {
    for (std::size_t i = 0; i < confirmed.objectives.size(); ++i) {
      const Repeated& objective = confirmed.objectives[i];
      const std::vector<std::string> fields = {std::to_string(confirmed.trial),
                                               confirmed.name,
                                               confirmation.metrics.at(i),
                                               exact(objective.found),
                                               exact(objective.mean()),
                                               exact(objective.deviation()),
                                               std::to_string(objective.values.size()),
                                               std::to_string(confirmed.without_result)};
      text += csv_line(fields);
    }
  }
  return text;
}

Value::List confirmed_list(const Confirmation& confirmation) {
  Value::List rows;
  for (const Confirmed& confirmed : confirmation.trials) {
    Value::List objectives;
    for (std::size_t i = 0; i < confirmed.objectives.size(); ++i) {
      const Repeated& objective = confirmed.objectives[i];
      objectives.emplace_back(
          Value::Fields{{"metric", confirmation.metrics.at(i)},
                        {"found", objective.found},
                        {"mean", objective.mean()},
                        {"deviation", objective.deviation()},
                        {"values", Value::List(objective.values.begin(), objective.values.end())}});
    }
    rows.emplace_back(
        Value::Fields{{"number", confirmed.trial},
                      {"trial", confirmed.name.empty() ? Value() : Value(confirmed.name)},
                      {"assignments", assignment_value(confirmation.spec, confirmed.assignment)},
                      {"objectives", std::move(objectives)},
                      {"unended", confirmed.unended},
                      {"withoutResult", confirmed.without_result}});
  }
  return rows;
}

Value confirmation_value(const std::string& experiment, const Confirmation& confirmation) {
  return Value::Fields{{"version", 1},
                       {"experiment", experiment},
                       {"directory", confirmation.directory.filename().string()},
                       {"state", to_string(confirmation.state)},
                       {"set", Value::List(confirmation.set.begin(), confirmation.set.end())},
                       {"confirmed", confirmed_list(confirmation)}};
}

}  // namespace diwan
