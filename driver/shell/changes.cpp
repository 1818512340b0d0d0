// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/changes.hpp"

#include <utility>

namespace diwan {
namespace {

std::string text(const std::string& value) { return value; }
std::string text(bool value) { return value ? "true" : "false"; }
std::string text(std::uint32_t value) { return std::to_string(value); }

std::string text(const std::vector<std::string>& values) {
  std::string all = "[";
  for (const std::string& value : values) {
    all += (all.size() > 1 ? ", " : "") + value;
  }
  return all + "]";
}

std::string text(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<std::string> all;
  all.reserve(pairs.size());
  for (const auto& [name, value] : pairs) {
    all.push_back(name + "=" + value);
  }
  return text(all);
}

std::string text(const std::map<std::string, std::string>& pairs) {
  return text(std::vector<std::pair<std::string, std::string>>(pairs.begin(), pairs.end()));
}

std::string text(const AlgorithmSpec& algorithm) {
  return algorithm.name + " " + text(algorithm.settings);
}

std::string text(const std::vector<ObjectiveSpec>& objectives) {
  std::vector<std::string> all;
  all.reserve(objectives.size());
  for (const ObjectiveSpec& objective : objectives) {
    all.push_back((objective.type == Direction::minimize ? "minimize " : "maximize ") +
                  objective.metric);
  }
  return text(all);
}

std::string text(const std::vector<MetricRule>& metrics) {
  std::vector<std::string> all;
  all.reserve(metrics.size());
  for (const MetricRule& metric : metrics) {
    const char* strategy = metric.strategy == Strategy::min   ? "min"
                           : metric.strategy == Strategy::max ? "max"
                                                              : "latest";
    all.push_back(metric.name + ":" + strategy);
  }
  return text(all);
}

std::string text(const CollectorSource& source) {
  return std::to_string(static_cast<int>(source.collector.kind)) + " " + source.path + " " +
         text(source.collector.filters);
}

std::string text(const SearchSpace& space) {
  std::vector<std::string> names;
  names.reserve(space.size());
  for (const Parameter& parameter : space.parameters()) {
    names.push_back(parameter.name);
  }
  return text(names);
}

std::string text(const Resources& resources) {
  return std::to_string(resources.nodes) + " nodes, " + std::to_string(resources.tasks) +
         " tasks, " + std::to_string(resources.cpus_per_task) + " CPUs, " +
         std::to_string(resources.gpus_per_task) + " GPUs a task, time limit " +
         (resources.time_limit ? std::to_string(resources.time_limit->count()) + " s" : "none");
}

class Comparison {
 public:
  template <typename Value>
  void compare(const char* field, const Value& before, const Value& now, bool allowed = true) {
    if (text(before) != text(now)) {
      changes.push_back(
          {.field = field, .before = text(before), .now = text(now), .allowed = allowed});
    }
  }

  std::vector<SpecChange> changes;
};

void compare_templates(const TrialTemplate& before, const TrialTemplate& now, Comparison& all) {
  all.compare("spec.trialTemplate: command", before.command, now.command);
  all.compare("spec.trialTemplate: env", before.env, now.env);
  all.compare("spec.trialTemplate: workingDirectory", before.working_directory,
              now.working_directory);
  all.compare("spec.trialTemplate: setup", before.setup, now.setup);
  all.compare("spec.trialTemplate: container", before.apptainer_image, now.apptainer_image);
  all.compare("spec.trialTemplate: resources", before.resources, now.resources);
  all.compare("spec.trialTemplate: retries", before.retries, now.retries);
}

}  // namespace

std::vector<SpecChange> changes(const Spec& before, const Spec& now) {
  Comparison all;
  all.compare("metadata.name", before.name, now.name, false);
  all.compare("spec.objective", before.objectives, now.objectives, false);
  all.compare("spec.objective.metricStrategies", before.metrics, now.metrics, false);
  all.compare("spec.parameters", before.space, now.space, false);
  if (all.changes.empty() && before.space != now.space) {
    all.changes.push_back({.field = "spec.parameters",
                           .before = "a space of other values",
                           .now = "the one in the file",
                           .allowed = false});
  }
  all.compare("spec.parameters (when)", before.conditions, now.conditions, false);
  all.compare("spec.constraints", before.constraints, now.constraints, false);
  all.compare("spec.algorithm", before.algorithm, now.algorithm);
  all.compare("spec.earlyStopping", before.early_stopping.value_or(AlgorithmSpec{}),
              now.early_stopping.value_or(AlgorithmSpec{}));
  all.compare("spec.metricsCollectorSpec", before.metrics_collector, now.metrics_collector);
  all.compare("spec.resumeFromCheckpoint", before.resume_from_checkpoint,
              now.resume_from_checkpoint);
  if (before.trial_template && now.trial_template) {
    compare_templates(*before.trial_template, *now.trial_template, all);
  }
  return std::move(all.changes);
}

}  // namespace diwan
