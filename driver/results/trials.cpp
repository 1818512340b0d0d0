// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/trials.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "driver/results/csv.hpp"
#include "driver/results/row.hpp"
#include "driver/spec/given.hpp"
#include "driver/spec/nas.hpp"

namespace diwan {
namespace {

/// What a trial is ordered by; NaN comes last.
using Key = std::function<double(const Trial&)>;

Key objective_key(const Loaded& loaded) {
  const bool maximize = loaded.experiment.rules().directions.front() == Direction::maximize;
  return [&loaded, maximize](const Trial& trial) {
    const double value = loaded.experiment.objective(trial).value_or(Assignment::inactive);
    return maximize ? -value : value;
  };
}

std::optional<Key> metric_key(const Loaded& loaded, const std::string& name) {
  const auto& rules = loaded.experiment.rules().metrics;
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const MetricRule& rule) { return rule.name == name; });
  if (found == rules.end()) {
    return std::nullopt;
  }
  const auto metric = static_cast<std::size_t>(found - rules.begin());
  return [metric, strategy = found->strategy](const Trial& trial) {
    return metric < trial.metrics.size()
               ? value_by(strategy, trial.metrics[metric]).value_or(Assignment::inactive)
               : Assignment::inactive;
  };
}

Key key_of(const Loaded& loaded, const std::string& sort) {
  if (sort == "objective") {
    return objective_key(loaded);
  }
  if (sort == "start") {
    return [](const Trial& trial) {
      return trial.start ? static_cast<double>(trial.start->time_since_epoch().count())
                         : Assignment::inactive;
    };
  }
  if (auto key = metric_key(loaded, sort)) {
    return *key;
  }
  if (const auto parameter = loaded.spec.space.index_of(sort)) {
    const Domain& domain = loaded.spec.space.parameters()[*parameter].domain;
    const auto* discrete = std::get_if<Discrete>(&domain);
    return [parameter = *parameter, discrete](const Trial& trial) {
      const double value = trial.assignment.values.at(parameter);
      return discrete == nullptr || std::isnan(value)
                 ? value
                 : discrete->values.at(static_cast<std::size_t>(value));
    };
  }
  std::string names = "objective, start";
  for (const MetricRule& rule : loaded.experiment.rules().metrics) {
    names += ", " + rule.name;
  }
  for (const std::string& name : given_names(loaded.spec)) {
    names += searches_architectures(loaded.spec) ? "" : ", " + name;  // a text has no order
  }
  throw std::invalid_argument("--sort (" + sort +
                              ") is neither metric nor parameter; give one of " + names);
}

constexpr std::array<const char*, 12> scalar_fields = {
    "trial", "number", "status",  "reason", "objective", "attempts",
    "start", "end",    "seconds", "host",   "exitCode",  "signal"};

/// @param given  names of the parameters that trials are given
std::vector<std::string> csv_header(const Loaded& loaded, const std::vector<std::string>& given) {
  std::vector<std::string> fields(scalar_fields.begin(), scalar_fields.end());
  for (const std::string& name : given) {
    fields.push_back("parameter." + name);
  }
  for (const MetricRule& rule : loaded.experiment.rules().metrics) {
    for (const char* part : {".min", ".max", ".latest"}) {
      fields.push_back("metric." + rule.name + part);
    }
  }
  return fields;
}

std::vector<std::string> csv_fields(const Loaded& loaded, const std::vector<std::string>& given,
                                    const Trial& trial) {
  const Value row = row_value(loaded, trial);
  std::vector<std::string> fields;
  fields.reserve(scalar_fields.size() + loaded.spec.space.size());
  for (const char* name : scalar_fields) {
    fields.push_back(csv_text(*row.find(name)));
  }
  for (const std::string& name : given) {
    const Value* value = row.find("assignments")->find(name);
    fields.push_back(value == nullptr ? "" : csv_text(*value));
  }
  for (const MetricRule& rule : loaded.experiment.rules().metrics) {
    const Value* summary = row.find("metrics")->find(rule.name);
    for (const char* part : {"min", "max", "latest"}) {
      fields.push_back(summary == nullptr ? "" : csv_text(*summary->find(part)));
    }
  }
  return fields;
}

}  // namespace

const std::vector<std::string>& status_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (int status = 0; status <= static_cast<int>(TrialStatus::killed); ++status) {
      all.emplace_back(to_string(static_cast<TrialStatus>(status)));
    }
    return all;
  }();
  return names;
}

std::vector<const Trial*> select(const Loaded& loaded, const Selection& selection) {
  const auto& names = status_names();
  if (!selection.status.empty() &&
      std::find(names.begin(), names.end(), selection.status) == names.end()) {
    std::string all;
    for (const std::string& name : names) {
      all += (all.empty() ? "" : ", ") + name;
    }
    throw std::invalid_argument("--status (" + selection.status + ") is none; give one of " + all);
  }
  std::vector<const Trial*> trials;
  for (const Trial& trial : loaded.experiment.trials()) {
    if (selection.status.empty() || selection.status == to_string(trial.status)) {
      trials.push_back(&trial);
    }
  }
  if (!selection.sort.empty()) {
    const Key key = key_of(loaded, selection.sort);
    std::stable_sort(trials.begin(), trials.end(), [&](const Trial* left, const Trial* right) {
      const double l = key(*left);
      const double r = key(*right);
      return std::isnan(r) ? !std::isnan(l) : l < r;
    });
  }
  return trials;
}

std::string trials_csv(const Loaded& loaded, const std::vector<const Trial*>& trials) {
  const std::vector<std::string> given = given_names(loaded.spec);
  std::string text = csv_line(csv_header(loaded, given));
  for (const Trial* trial : trials) {
    text += csv_line(csv_fields(loaded, given, *trial));
  }
  return text;
}

Value trials_document(const Loaded& loaded, const std::vector<const Trial*>& trials) {
  Value::List objectives = objective_list(loaded.experiment.rules());
  Value::List rows;
  rows.reserve(trials.size());
  for (const Trial* trial : trials) {
    rows.push_back(row_value(loaded, *trial));
  }
  Value value(Value::Fields{
      {"version", 1}, {"experiment", loaded.spec.name}, {"objective", objectives.front()}});
  if (objectives.size() > 1) {
    value["objectives"] = std::move(objectives);
  }
  value["trials"] = std::move(rows);
  return value;
}

}  // namespace diwan
