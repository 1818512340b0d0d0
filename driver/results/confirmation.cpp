// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/confirmation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

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
  bool has_result = false;
  for (std::size_t i = 0; i < confirmed.objectives.size(); ++i) {
    const auto value = confirming.experiment.objective(run, i);
    if (value && std::isfinite(*value)) {
      confirmed.objectives[i].values.push_back(*value);
      has_result = true;
    }
  }
  confirmed.without_result += has_result ? 0 : 1;
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

std::string objective_name(const Loaded& found, std::size_t objective) {
  return found.spec.objectives.at(objective).metric;
}

std::string mean_text(const Repeated& objective) {
  const auto mean = objective.mean();
  const auto deviation = objective.deviation();
  return cell_text(mean) + (deviation ? " +- " + cell_text(*deviation) : "");
}

std::string runs_text(const Confirmed& confirmed) {
  const std::size_t ended = confirmed.objectives.front().values.size();
  std::string text = std::to_string(ended);
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

Confirmation read_confirmation(const Loaded& found, const fs::path& directory) {
  const Loaded confirming = load(directory);
  const Confirms confirms = confirming.spec.confirms.value_or(Confirms{});
  const auto is_found = [&](std::uint32_t number) { return found.experiment.has(number); };
  if (confirms.trials.empty() ||
      !std::all_of(confirms.trials.begin(), confirms.trials.end(), is_found)) {
    throw StoreError(directory.string() + " holds an experiment that confirms no trials of " +
                     found.directory.string() + "; move it elsewhere");
  }
  Confirmation confirmation;
  confirmation.directory = directory;
  confirmation.set = confirms.set;
  confirmation.state = run_state(confirming);
  const std::size_t objectives = confirming.experiment.rules().directions.size();
  for (const std::uint32_t number : confirms.trials) {
    Confirmed confirmed;
    confirmed.trial = number;
    for (std::size_t i = 0; i < objectives; ++i) {
      const auto& before = found.experiment;
      const bool is_known = i < found.spec.objectives.size();
      confirmed.objectives.push_back(
          {.found = is_known ? before.objective(before.trial(number), i) : std::nullopt,
           .values = {}});
    }
    confirmation.trials.push_back(std::move(confirmed));
  }
  for (std::size_t run = 0; run < confirming.spec.initial_trials.size(); ++run) {
    Confirmed& confirmed = confirmation.trials.at(run % confirmation.trials.size());
    if (run < confirming.experiment.trials().size()) {
      take_run(confirming, confirming.experiment.trials()[run], confirmed);
    } else {
      ++confirmed.unended;
    }
  }
  put_best_first(confirming, confirmation.trials);
  return confirmation;
}

std::string confirmation_table(const Loaded& found, const Confirmation& confirmation,
                               const Page& page) {
  Table table;
  table.column("TRIAL", Table::Align::right);
  const std::size_t objectives = confirmation.trials.front().objectives.size();
  for (std::size_t i = 0; i < objectives; ++i) {
    const std::string name = cut_to(printable(objective_name(found, i)), 20);
    table.column(name, Table::Align::right);
    table.column("CONFIRMED", Table::Align::right);
  }
  table.column("RUNS");
  table.column("ASSIGNMENTS");
  for (const Confirmed& confirmed : confirmation.trials) {
    std::vector<std::string> cells = {std::to_string(confirmed.trial)};
    for (const Repeated& objective : confirmed.objectives) {
      cells.push_back(cell_text(objective.found));
      cells.push_back(mean_text(objective));
    }
    cells.push_back(runs_text(confirmed));
    const Trial& trial = found.experiment.trial(confirmed.trial);
    cells.push_back(printable(assignment_text(found.spec, trial.assignment, Digits::six)));
    table.row(std::move(cells));
  }
  std::string text = table.text(page);
  for (const std::string& setting : confirmation.set) {
    text += "with " + printable(setting) + "\n";
  }
  return text;
}

std::string confirmation_csv(const Loaded& found, const Confirmation& confirmation) {
  const std::vector<std::string> header = {"number", "trial",     "objective", "found",
                                           "mean",   "deviation", "runs",      "withoutResult"};
  const auto number_text = [](const std::optional<double>& value) {
    return value ? shortest(*value) : std::string();
  };
  std::string text = csv_line(header);
  for (const Confirmed& confirmed : confirmation.trials) {
    for (std::size_t i = 0; i < confirmed.objectives.size(); ++i) {
      const Repeated& objective = confirmed.objectives[i];
      const std::vector<std::string> fields = {std::to_string(confirmed.trial),
                                               found.experiment.trial(confirmed.trial).name,
                                               objective_name(found, i),
                                               number_text(objective.found),
                                               number_text(objective.mean()),
                                               number_text(objective.deviation()),
                                               std::to_string(objective.values.size()),
                                               std::to_string(confirmed.without_result)};
      text += csv_line(fields);
    }
  }
  return text;
}

Value confirmation_value(const Loaded& found, const Confirmation& confirmation) {
  Value::List set(confirmation.set.begin(), confirmation.set.end());
  Value::List rows;
  for (const Confirmed& confirmed : confirmation.trials) {
    const Trial& trial = found.experiment.trial(confirmed.trial);
    Value::List objectives;
    for (std::size_t i = 0; i < confirmed.objectives.size(); ++i) {
      const Repeated& objective = confirmed.objectives[i];
      objectives.emplace_back(
          Value::Fields{{"metric", objective_name(found, i)},
                        {"found", objective.found},
                        {"mean", objective.mean()},
                        {"deviation", objective.deviation()},
                        {"values", Value::List(objective.values.begin(), objective.values.end())}});
    }
    rows.emplace_back(Value::Fields{{"number", confirmed.trial},
                                    {"trial", trial.name},
                                    {"assignments", assignment_value(found.spec, trial.assignment)},
                                    {"objectives", std::move(objectives)},
                                    {"unended", confirmed.unended},
                                    {"withoutResult", confirmed.without_result}});
  }
  return Value::Fields{{"version", 1},
                       {"experiment", found.spec.name},
                       {"directory", confirmation.directory.filename().string()},
                       {"state", to_string(confirmation.state)},
                       {"set", std::move(set)},
                       {"confirmed", std::move(rows)}};
}

}  // namespace diwan
