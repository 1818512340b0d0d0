// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/changes.hpp"

#include <utility>

#include "driver/core/counted.hpp"
#include "driver/spec/spec_text.hpp"

namespace diwan {
namespace {

/// What has no short form in words.
template <class Value>
std::string text(const Value& /*value*/) {
  return "other values";
}

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
    all.emplace_back(name).append("=").append(value);
  }
  return text(all);
}

std::string text(const std::map<std::string, std::string>& pairs) {
  return text(std::vector<std::pair<std::string, std::string>>(pairs.begin(), pairs.end()));
}

std::string text(const AlgorithmSpec& algorithm) { return algorithm_text(algorithm); }

std::string text(const CollectorSource& source) { return collector_text(source); }

std::string text(const ObjectiveSpec& objective) {
  return std::string(to_string(objective.type)) + " " + objective.metric;
}

std::string text(const MetricRule& metric) {
  return metric.name + ":" + to_string(metric.strategy);
}

std::string text(const Parameter& parameter) {
  return parameter.name + " " + type_text(parameter.domain) + " " + values_text(parameter.domain);
}

template <class Value>
std::string text(const std::optional<Value>& value) {
  return value ? text(*value) : "none";
}

template <class Value>
std::string text(const std::vector<Value>& values) {
  std::vector<std::string> all;
  all.reserve(values.size());
  for (const Value& value : values) {
    all.push_back(text(value));
  }
  return text(all);
}

std::string text(const Resources& resources) {
  return counted(resources.nodes, "node") + ", " + counted(resources.tasks, "task") + ", " +
         counted(resources.cpus_per_task, "CPU") + " and " +
         counted(resources.gpus_per_task, "GPU") + " a task, memory " +
         (resources.memory_bytes ? std::to_string(*resources.memory_bytes) : "unlimited") +
         ", time limit " +
         (resources.time_limit ? std::to_string(resources.time_limit->count()) + " s" : "none");
}

class Comparison {
 public:
  template <class Value>
  void compare(const char* field, const Value& before, const Value& now, bool allowed = true) {
    if (before == now) {
      return;
    }
    const std::string was = text(before);
    const std::string is = text(now);
    changes.push_back({.field = field,
                       .before = was,
                       .now = was == is ? "those of the file" : is,
                       .allowed = allowed});
  }

  std::vector<SpecChange> changes;
};

/// The objectives without their goals, which may change.
std::vector<ObjectiveSpec> aims(const Spec& spec) {
  std::vector<ObjectiveSpec> all = spec.objectives;
  for (ObjectiveSpec& objective : all) {
    objective.goal.reset();
  }
  return all;
}

/// The collector without its metrics, which are compared by themselves.
CollectorSource source(const Spec& spec) {
  CollectorSource all = spec.metrics_collector;
  all.collector.metrics.clear();
  return all;
}

void compare_templates(const TrialTemplate& before, const TrialTemplate& now, Comparison& all) {
  const std::size_t earlier = all.changes.size();
  all.compare("spec.trialTemplate: command", before.command, now.command);
  all.compare("spec.trialTemplate: env", before.env, now.env);
  all.compare("spec.trialTemplate: workingDirectory", before.working_directory,
              now.working_directory);
  all.compare("spec.trialTemplate: setup", before.setup, now.setup);
  all.compare("spec.trialTemplate: container", before.apptainer_image, now.apptainer_image);
  all.compare("spec.trialTemplate: resources", before.resources, now.resources);
  all.compare("spec.trialTemplate: retries", before.retries, now.retries);
  if (all.changes.size() == earlier) {
    all.compare("spec.trialTemplate", before, now);
  }
}

}  // namespace

std::vector<SpecChange> changes(const Spec& before, const Spec& now) {
  Comparison all;
  all.compare("metadata.name", before.name, now.name, false);
  all.compare("metadata.namespace", before.name_space, now.name_space);
  all.compare("metadata.labels", before.labels, now.labels);
  all.compare("spec.objective", aims(before), aims(now), false);
  all.compare("spec.objective.metricStrategies", before.metrics, now.metrics, false);
  all.compare("spec.parameters", before.space.parameters(), now.space.parameters(), false);
  all.compare("spec.parameters (when)", before.conditions, now.conditions, false);
  all.compare("spec.constraints", before.constraints, now.constraints, false);
  all.compare("spec.nasConfig", before.nas, now.nas, false);
  all.compare("spec.initialTrials", before.initial_trials, now.initial_trials);
  all.compare("spec.algorithm", before.algorithm, now.algorithm);
  all.compare("spec.earlyStopping", before.early_stopping, now.early_stopping);
  all.compare("spec.metricsCollectorSpec", source(before), source(now));
  all.compare("spec.resumeFromCheckpoint", before.resume_from_checkpoint,
              now.resume_from_checkpoint);
  if (before.trial_template && now.trial_template) {
    compare_templates(*before.trial_template, *now.trial_template, all);
  }
  return std::move(all.changes);
}

}  // namespace diwan
