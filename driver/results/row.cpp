// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/row.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "collectors/timestamp.hpp"
#include "driver/spec/given.hpp"
#include "driver/spec/nas.hpp"

namespace diwan {
namespace {

Value metrics_value(const Loaded& loaded, const Trial& trial) {
  Value metrics(Value::Fields{});
  const auto& rules = loaded.experiment.rules().metrics;
  for (std::size_t m = 0; m < rules.size() && m < trial.metrics.size(); ++m) {
    if (trial.metrics[m].count > 0) {
      metrics[rules[m].name] = summary_value(trial.metrics[m]);
    }
  }
  return metrics;
}

Value list_value(const std::vector<std::string>& texts) {
  return Value::List(texts.begin(), texts.end());
}

Value labels_value(const Loaded& loaded, const Trial& trial) {
  Value value(Value::Fields{});
  for (const auto& [name, text] : trial.labels) {
    value[name] = text;
  }
  if (trial.parent && loaded.experiment.has(*trial.parent)) {
    value["parent"] = loaded.experiment.trial(*trial.parent).name;
  }
  return value;
}

Value text_value(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value time_value(const std::optional<Time>& time) {
  return time ? Value(time_text(*time)) : Value();
}

}  // namespace

const std::string& reason_of(const Trial& trial) {
  const bool by_rule = trial.status == TrialStatus::early_stopped && !trial.rule.empty();
  return by_rule ? trial.rule : trial.reason;
}

double seconds_of(const Loaded& loaded, const Trial& trial) {
  if (trial.phase != Phase::running || !trial.run_start) {
    return trial.seconds;
  }
  return trial.seconds +
         std::max(std::chrono::duration<double>(loaded.until - *trial.run_start).count(), 0.0);
}

Value summary_value(const MetricSummary& summary) {
  const bool text_alone = !summary.latest_text.empty();
  const auto bound = [&](double value) {
    return text_alone && std::isnan(value) ? Value() : Value(value);
  };
  return Value::Fields{{"min", bound(summary.min)},
                       {"max", bound(summary.max)},
                       {"latest", text_alone ? Value(summary.latest_text) : Value(summary.latest)}};
}

Value::List objective_list(const Rules& rules) {
  Value::List objectives;
  for (std::size_t i = 0; i < rules.directions.size(); ++i) {
    objectives.emplace_back(
        Value::Fields{{"metric", rules.metrics[i].name}, {"type", to_string(rules.directions[i])}});
  }
  return objectives;
}

Value objective_value(const Experiment& experiment, const Trial& trial, std::size_t objective) {
  if (const auto value = experiment.objective(trial, objective)) {
    return *value;
  }
  const bool text = objective == 0 && experiment.text_objective(trial);
  return text ? Value(trial.metrics.front().latest_text) : Value();
}

Value parameter_value(const SearchSpace& space, std::size_t parameter, double value) {
  if (std::isnan(value)) {
    return nullptr;
  }
  const Domain& domain = space.parameters()[parameter].domain;
  if (std::holds_alternative<Categorical>(domain)) {
    return space.text(parameter, value);
  }
  if (const auto* discrete = std::get_if<Discrete>(&domain)) {
    return discrete->values.at(static_cast<std::size_t>(value));
  }
  return std::holds_alternative<Integer>(domain) ? Value(static_cast<std::int64_t>(value))
                                                 : Value(value);
}

Value assignment_value(const Spec& spec, const Assignment& assignment) {
  const Given given(spec, assignment);
  const SearchSpace& space = given.space();
  const std::vector<double>& values = given.assignment().values;
  Value value(Value::Fields{});
  for (std::size_t p = 0; p < space.size() && p < values.size(); ++p) {
    value[space.parameters()[p].name] = parameter_value(space, p, values[p]);
  }
  return value;
}

Value row_value(const Loaded& loaded, const Trial& trial) {
  return Value::Fields{{"trial", trial.name},
                       {"number", trial.number},
                       {"status", to_string(trial.status)},
                       {"reason", text_value(reason_of(trial))},
                       {"assignments", assignment_value(loaded.spec, trial.assignment)},
                       {"objective", objective_value(loaded.experiment, trial)},
                       {"metrics", metrics_value(loaded, trial)},
                       {"attempts", trial.attempts},
                       {"start", time_value(trial.start)},
                       {"end", time_value(trial.end)},
                       {"seconds", trial.start ? Value(seconds_of(loaded, trial)) : Value()},
                       {"host", text_value(trial.host)},
                       {"gpus", list_value(trial.gpus)},
                       {"exitCode", trial.exit_code},
                       {"signal", trial.signal},
                       {"labels", labels_value(loaded, trial)}};
}

std::string cell_text(const Value& value) {
  if (const auto* real = std::get_if<double>(&value.node())) {
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.6g", *real);
    return {text.data(), static_cast<std::size_t>(length)};
  }
  if (const auto* text = std::get_if<std::string>(&value.node())) {
    return *text;
  }
  return value.is_null() ? "-" : json_text(value);
}

std::string csv_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.node())) {
    return *text;
  }
  if (const auto* real = std::get_if<double>(&value.node())) {
    return shortest(*real);
  }
  return value.is_null() ? "" : json_text(value);
}

std::string assignment_text(const Spec& spec, const Assignment& assignment, Digits digits) {
  if (searches_architectures(spec)) {
    std::string text = given_names(spec).front() + "=" + architecture_text(assignment);
    if (digits == Digits::six) {
      std::erase(text, ' ');  // a table has little room
    }
    return text;
  }
  const SearchSpace& space = spec.space;
  std::string text;
  for (std::size_t p = 0; p < space.size() && p < assignment.values.size(); ++p) {
    const double value = assignment.values[p];
    if (std::isnan(value)) {
      continue;
    }
    const Parameter& parameter = space.parameters()[p];
    const bool rounded = digits == Digits::six && std::holds_alternative<Real>(parameter.domain);
    text += (text.empty() ? "" : " ") + parameter.name + "=" +
            (rounded ? cell_text(value) : space.text(p, value));
  }
  return text;
}

}  // namespace diwan
