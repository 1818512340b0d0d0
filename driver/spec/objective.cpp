// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/objective.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "driver/spec/known_names.hpp"

namespace diwan {
namespace {

/// One entry of `objectives`, or `objective`, before the metrics of all are put in order.
struct Reading {
  ObjectiveSpec objective;
  std::vector<std::string> additional;
  std::map<std::string, Strategy> strategies;
};

Strategy default_strategy(Direction type) {
  return type == Direction::minimize ? Strategy::min : Strategy::max;
}

void read_additional(const Field& list, Reading& reading) {
  std::set<std::string> seen;
  for (const Field& item : list.items()) {
    const std::string name = item.required_text("name a metric");
    if (name.empty()) {
      continue;
    }
    if (name == reading.objective.metric) {
      item.wrong("is the objective itself (" + yaml::quoted(name) + "); remove it here");
    } else if (!seen.insert(name).second) {
      item.wrong("is named twice (" + yaml::quoted(name) + "); remove one");
    } else {
      reading.additional.push_back(name);
    }
  }
}

void read_strategies(const Field& list, Reading& reading) {
  std::vector<std::string> metrics = reading.additional;
  metrics.insert(metrics.begin(), reading.objective.metric);
  for (const Field& item : list.items()) {
    if (!item.expect_map()) {
      continue;
    }
    item.allow({"name", "value"});
    const std::string name = item["name"].required_text("name a metric");
    if (!item["value"]) {
      item["value"].missing("give min, max or latest");
    }
    const std::optional<std::size_t> value = item["value"].one_of({"min", "max", "latest"});
    if (name.empty() || !value) {
      continue;
    }
    if (std::find(metrics.begin(), metrics.end(), name) == metrics.end()) {
      item["name"].wrong("is no metric of this objective (" + yaml::quoted(name) + "); " +
                         known_names(name, metrics));
    } else if (!reading.strategies.emplace(name, static_cast<Strategy>(*value)).second) {
      item["name"].wrong("has two strategies (" + yaml::quoted(name) + "); remove one");
    }
  }
}

Reading read_objective(const Field& field) {
  Reading reading;
  if (!field.expect_map()) {
    return reading;
  }
  field.allow({"type", "goal", "objectiveMetricName", "additionalMetricNames", "metricStrategies"});
  if (!field["type"]) {
    field["type"].missing("give minimize or maximize");
  }
  const std::optional<std::size_t> type = field["type"].one_of({"minimize", "maximize"});
  reading.objective.type = type == std::size_t{1} ? Direction::maximize : Direction::minimize;
  reading.objective.goal = field["goal"].number();
  reading.objective.metric =
      field["objectiveMetricName"].required_text("name the metric to optimise");
  read_additional(field["additionalMetricNames"], reading);
  read_strategies(field["metricStrategies"], reading);
  return reading;
}

Strategy strategy_of(const Reading& reading, const std::string& metric) {
  const auto given = reading.strategies.find(metric);
  return given == reading.strategies.end() ? default_strategy(reading.objective.type)
                                           : given->second;
}

std::vector<Reading> read_several(const Field& list) {
  std::vector<Reading> readings;
  std::set<std::string> names;
  const std::vector<Field> items = list.items();
  if (list.is_list() && items.empty()) {
    list.wrong("is empty; give at least one objective");
  }
  for (const Field& item : items) {
    readings.push_back(read_objective(item));
    const ObjectiveSpec& objective = readings.back().objective;
    if (!objective.metric.empty() && !names.insert(objective.metric).second) {
      item["objectiveMetricName"].wrong("is the objective of an earlier entry too (" +
                                        yaml::quoted(objective.metric) + "); remove one");
    }
    if (objective.goal && items.size() > 1) {
      item["goal"].wrong("several objectives have no goal; remove it");
    }
  }
  return readings;
}

void add_metrics(const std::vector<Reading>& readings, Spec& out) {
  std::set<std::string> known;
  for (const Reading& reading : readings) {
    out.objectives.push_back(reading.objective);
    out.metrics.push_back(
        {reading.objective.metric, strategy_of(reading, reading.objective.metric)});
    known.insert(reading.objective.metric);
  }
  for (const Reading& reading : readings) {
    for (const std::string& metric : reading.additional) {
      if (known.insert(metric).second) {
        out.metrics.push_back({metric, strategy_of(reading, metric)});
      }
    }
  }
}

}  // namespace

void read_objectives(const Field& spec, Spec& out) {
  const Field one = spec["objective"];
  const Field several = spec["objectives"];
  std::vector<Reading> readings;
  if (one && several) {
    several.wrong("stands beside objective; keep one of the two");
  }
  if (one) {
    readings.push_back(read_objective(one));
  } else if (several) {
    readings = read_several(several);
  } else {
    one.missing("give its type and objectiveMetricName");
  }
  add_metrics(readings, out);
  if (readings.size() == 1) {
    out.budget.goal = readings.front().objective.goal;
  }
}

void read_budget(const Field& spec, Spec& out) {
  const Field parallel = spec["parallelTrialCount"];
  const Field most = spec["maxTrialCount"];
  const Field most_failed = spec["maxFailedTrialCount"];
  const auto unsigned_of = [](const std::optional<std::int64_t>& value) {
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
  };
  const std::optional<std::uint32_t> given = unsigned_of(parallel.integer(1));
  out.budget.max_trials = unsigned_of(most.integer(1));
  out.budget.max_failed = unsigned_of(most_failed.integer(0));
  out.parallel_given = given.has_value();
  out.budget.parallel = given.value_or(3);
  if (!out.budget.max_trials) {
    return;
  }
  const std::string limit = std::to_string(*out.budget.max_trials);
  if (given && *given > *out.budget.max_trials) {
    parallel.wrong("is above maxTrialCount (" + std::to_string(*given) + " > " + limit +
                   "); lower it, or raise maxTrialCount");
  }
  if (out.budget.max_failed && *out.budget.max_failed > *out.budget.max_trials) {
    most_failed.wrong("is above maxTrialCount (" + std::to_string(*out.budget.max_failed) + " > " +
                      limit + "); lower it, or raise maxTrialCount");
  }
  // Katib's default of 3 is no wish of the file's.
  out.budget.parallel = std::min(out.budget.parallel, *out.budget.max_trials);
}

}  // namespace diwan
