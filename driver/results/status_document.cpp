// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <utility>

#include "collectors/timestamp.hpp"
#include "driver/results/best.hpp"
#include "driver/results/row.hpp"
#include "driver/results/status.hpp"
#include "driver/results/waiting.hpp"
#include "driver/spec/given.hpp"

namespace diwan {
namespace {

/// Katib's lists of trial names and counters of trials, by status.
struct StatusFields {
  TrialStatus status;
  const char* list;
  const char* counter;
};
constexpr std::array<StatusFields, 7> status_fields = {
    {{TrialStatus::running, "runningTrialList", "trialsRunning"},
     {TrialStatus::pending, "pendingTrialList", "trialsPending"},
     {TrialStatus::failed, "failedTrialList", "trialsFailed"},
     {TrialStatus::succeeded, "succeededTrialList", "trialsSucceeded"},
     {TrialStatus::killed, "killedTrialList", "trialsKilled"},
     {TrialStatus::early_stopped, "earlyStoppedTrialList", "trialsEarlyStopped"},
     {TrialStatus::metrics_unavailable, "metricsUnavailableTrialList", "trialMetricsUnavailable"}}};

Value optional_time(const std::optional<Time>& time) {
  return time ? Value(time_text(*time)) : Value();
}

Value conditions_value(const std::vector<Condition>& conditions) {
  Value::List list;
  for (const Condition& condition : conditions) {
    list.push_back(Value::Fields{{"type", condition.type},
                                 {"status", condition.status ? "True" : "False"},
                                 {"reason", condition.reason},
                                 {"message", condition.message},
                                 {"lastUpdateTime", time_text(condition.updated)},
                                 {"lastTransitionTime", time_text(condition.changed)}});
  }
  return list;
}

/// A metric as Katib's observation has it: texts, `unavailable` where there is no number.
Value observation_metric(const std::string& name, const MetricSummary& summary) {
  const bool text = !summary.latest_text.empty();
  const auto number = [&](double value) {
    return text && value != value ? "unavailable" : shortest(value);
  };
  return Value::Fields{{"name", name},
                       {"min", number(summary.min)},
                       {"max", number(summary.max)},
                       {"latest", text ? summary.latest_text : shortest(summary.latest)}};
}

Value optimal_trial(const Loaded& loaded, const Trial& trial) {
  Value::List assignments;
  Given(loaded.spec, trial.assignment)
      .each([&assignments](const Parameter& parameter, const std::string& text) {
        assignments.push_back(Value::Fields{{"name", parameter.name}, {"value", text}});
      });
  Value::List metrics;
  const auto& rules = loaded.experiment.rules().metrics;
  for (std::size_t m = 0; m < rules.size() && m < trial.metrics.size(); ++m) {
    if (trial.metrics[m].count > 0) {
      metrics.push_back(observation_metric(rules[m].name, trial.metrics[m]));
    }
  }
  return Value::Fields{{"bestTrialName", trial.name},
                       {"parameterAssignments", std::move(assignments)},
                       {"observation", Value::Fields{{"metrics", std::move(metrics)}}}};
}

void add_trials(const Loaded& loaded, Value& status) {
  std::array<Value::List, status_fields.size()> names;
  for (const Trial& trial : loaded.experiment.trials()) {
    const auto of = std::find_if(status_fields.begin(), status_fields.end(),
                                 [&](const auto& f) { return f.status == trial.status; });
    names[static_cast<std::size_t>(of - status_fields.begin())].push_back(trial.name);
  }
  // As in Katib, a list or counter that is empty or zero is left out.
  if (const std::size_t trials = loaded.experiment.trials().size(); trials > 0) {
    status["trials"] = trials;
  }
  for (std::size_t f = 0; f < status_fields.size(); ++f) {
    if (!names[f].empty()) {
      status[status_fields[f].counter] = names[f].size();
    }
  }
  for (std::size_t f = 0; f < status_fields.size(); ++f) {
    if (!names[f].empty()) {
      status[status_fields[f].list] = std::move(names[f]);
    }
  }
}

Value owner_value(const Loaded& loaded) {
  if (!loaded.owner) {
    return nullptr;
  }
  const OwnerState& owner = *loaded.owner;
  const char* life = owner.life == OwnerState::Life::alive  ? "alive"
                     : owner.life == OwnerState::Life::gone ? "gone"
                                                            : "unknown";
  return Value::Fields{
      {"host", owner.identity.host},
      {"pid", owner.identity.pid},
      {"jobId", owner.identity.job_id.empty() ? Value() : Value(owner.identity.job_id)},
      {"jobEnd", job_end(loaded) ? Value(time_text(*job_end(loaded))) : Value()},
      {"epoch", owner.epoch},
      {"life", life}};
}

Value outcome_value(const Loaded& loaded) {
  if (!loaded.outcome) {
    return nullptr;
  }
  return Value::Fields{{"exit", loaded.outcome->exit},
                       {"reason", loaded.outcome->reason},
                       {"time", time_text(loaded.outcome->time)}};
}

Value notices_value(const Loaded& loaded) {
  Value::List list;
  for (const SearchNotice& notice : notices(loaded)) {
    list.push_back(Value::Fields{{"kind", to_string(notice.kind)}, {"text", notice.text}});
  }
  return list;
}

/// Of trials that the launcher was given and that have not started.
Value waiting_value(const Loaded& loaded) {
  const Waits waits = launcher_waits(loaded);
  Value::List list;
  for (const Waits::Group& group : waits.groups) {
    Value::List names;
    for (const std::uint32_t trial : group.trials) {
      names.push_back(loaded.experiment.trial(trial).name);
    }
    list.push_back(Value::Fields{
        {"reason", group.reason}, {"time", time_text(waits.at)}, {"trials", std::move(names)}});
  }
  return list;
}

/// What Katib's status has no field for.
Value diwan_value(const Loaded& loaded) {
  const Best best = best_trials(loaded, std::nullopt);
  Value::List names;
  for (const std::uint32_t number : best.trials) {
    names.push_back(loaded.experiment.trial(number).name);
  }
  const Completion completion = loaded.experiment.completion();
  const auto& asked = loaded.experiment.stop_asked();
  return Value::Fields{
      {"version", 1},
      {"state", to_string(run_state(loaded))},
      {"completion", completion == Completion::none ? Value() : Value(to_string(completion))},
      {"asked", asked ? Value(asked->by) : Value()},
      {"held", loaded.experiment.held().empty() ? Value() : Value(loaded.experiment.held())},
      {"directory", std::filesystem::absolute(loaded.directory).lexically_normal().string()},
      {"file", loaded.spec.file.string()},
      {"seed", loaded.experiment.seed()},
      {"launcher", loaded.experiment.owner().launcher},
      {"owner", owner_value(loaded)},
      {"outcome", outcome_value(loaded)},
      {"records", loaded.replay.last_record},
      {"tornBytes", loaded.replay.torn_bytes},
      {"pareto", best.pareto},
      {"best", std::move(names)},
      {"waiting", waiting_value(loaded)},
      {"notices", notices_value(loaded)}};
}

/// The spec as it was given, with the budget that is in force.
Value spec_value(const Loaded& loaded, Value document) {
  Value spec = std::as_const(document).find("spec") ? document["spec"] : Value(Value::Fields{});
  const Budget& budget = loaded.experiment.budget();
  const auto set = [&](const char* field, const std::optional<std::uint32_t>& value) {
    if (value) {
      spec[field] = *value;
    } else {
      spec.remove(field);
    }
  };
  set("parallelTrialCount", budget.at_a_time());
  set("maxTrialCount", budget.max_trials);
  set("maxFailedTrialCount", budget.max_failed);
  if (spec.find("objective") != nullptr && budget.goal) {
    spec["objective"]["goal"] = *budget.goal;
  }
  return spec;
}

Value metadata_value(const Loaded& loaded, Value document) {
  Value metadata =
      std::as_const(document).find("metadata") ? document["metadata"] : Value(Value::Fields{});
  metadata["name"] = loaded.spec.name;
  if (const auto start = loaded.experiment.start_time()) {
    metadata["creationTimestamp"] = time_text(*start);
  }
  return metadata;
}

}  // namespace

Value status_document(const Loaded& loaded) {
  const Value document = parse_yaml(loaded.spec.text);
  Value status(Value::Fields{{"startTime", optional_time(loaded.experiment.start_time())},
                             {"completionTime", optional_time(loaded.experiment.completion_time())},
                             {"lastReconcileTime", time_text(loaded.last_time)},
                             {"conditions", conditions_value(loaded.conditions)}});
  if (!loaded.experiment.completion_time()) {
    status.remove("completionTime");
  }
  const Best best = best_trials(loaded, 1);
  if (!best.trials.empty()) {
    status["currentOptimalTrial"] =
        optimal_trial(loaded, loaded.experiment.trial(best.trials.front()));
  }
  add_trials(loaded, status);
  status["diwan"] = diwan_value(loaded);
  return Value::Fields{{"apiVersion", "kubeflow.org/v1beta1"},
                       {"kind", "Experiment"},
                       {"metadata", metadata_value(loaded, document)},
                       {"spec", spec_value(loaded, document)},
                       {"status", std::move(status)}};
}

}  // namespace diwan
