// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/condition.hpp"

#include <algorithm>
#include <utility>

namespace diwan {
namespace {

Condition condition_of(Completion completion) {
  switch (completion) {
    case Completion::goal_reached:
      return {.type = "Succeeded",
              .reason = "ExperimentGoalReached",
              .message = "Experiment has succeeded because Objective goal has reached"};
    case Completion::exhausted:
      return {.type = "Succeeded",
              .reason = "ExperimentSuggestionEndReached",
              .message = "Experiment has succeeded because suggestion service has reached the end"};
    case Completion::max_failed:
      return {.type = "Failed",
              .reason = "ExperimentFailed",
              .message = "Experiment has failed because max failed count has reached"};
    case Completion::no_metrics:
      return {.type = "Failed",
              .reason = "ExperimentFailed",
              .message = "Experiment has failed because its first trials gave no objective metric"};
    case Completion::none:
    case Completion::max_trials:
      break;
  }
  return {.type = "Succeeded",
          .reason = "ExperimentMaxTrialsReached",
          .message = "Experiment has succeeded because max trial count has reached"};
}

}  // namespace

void Conditions::take(const Record& record, const Experiment& experiment) {
  if (list_.empty()) {
    set({.type = "Created",
         .reason = "ExperimentCreated",
         .message = "Experiment is created",
         .updated = record.time,
         .changed = record.time});
  }
  if (experiment.finished() && !final_) {
    final_ = true;
    complete(experiment.completion(), record.time);
  } else if (final_ && experiment.completion() == Completion::none) {
    final_ = false;
    remove("Succeeded");
    remove("Failed");
    set({.type = "Restarting",
         .reason = "ExperimentRestarting",
         .message = "Experiment is restarted",
         .updated = record.time,
         .changed = record.time});
  }
  if (!final_ && experiment.counters().trials > 0) {
    set({.type = "Running",
         .reason = "ExperimentRunning",
         .message = "Experiment is running",
         .updated = record.time,
         .changed = record.time});
  }
}

void Conditions::complete(Completion completion, Time time) {
  for (const Condition& running : std::vector<Condition>(list_)) {
    if (running.type == "Running") {
      Condition ended = running;
      ended.status = false;
      ended.updated = ended.changed = time;
      set(std::move(ended));
    }
  }
  Condition last = condition_of(completion);
  last.updated = last.changed = time;
  set(std::move(last));
}

void Conditions::set(Condition condition) {
  const auto held = std::find_if(list_.begin(), list_.end(), [&](const Condition& other) {
    return other.type == condition.type;
  });
  if (held != list_.end()) {
    if (held->status == condition.status && held->reason == condition.reason) {
      return;
    }
    if (held->status == condition.status) {
      condition.changed = held->changed;
    }
    list_.erase(held);
  }
  list_.push_back(std::move(condition));
}

void Conditions::remove(const std::string& type) {
  std::erase_if(list_, [&](const Condition& condition) { return condition.type == type; });
}

}  // namespace diwan
