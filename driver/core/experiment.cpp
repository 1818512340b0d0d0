// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/experiment.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace diwan {
namespace {

constexpr std::array<const char*, 6> completion_names = {"none",      "goal_reached", "max_trials",
                                                         "exhausted", "max_failed",   "no_metrics"};

}  // namespace

const char* to_string(Completion completion) {
  return completion_names[static_cast<std::size_t>(completion)];
}

Completion completion_named(std::string_view name) {
  for (std::size_t i = 0; i < completion_names.size(); ++i) {
    if (name == completion_names[i]) {
      return static_cast<Completion>(i);
    }
  }
  return Completion::none;
}

std::optional<double> Experiment::objective(const Trial& trial, std::size_t objective) const {
  if (objective >= trial.metrics.size() || objective >= rules_.metrics.size()) {
    return std::nullopt;
  }
  return value_by(rules_.metrics[objective].strategy, trial.metrics[objective]);
}

bool Experiment::text_objective(const Trial& trial) const {
  return !trial.metrics.empty() && !trial.metrics.front().latest_text.empty();
}

bool Experiment::objectives_available(const Trial& trial) const {
  if (rules_.directions.size() <= 1 && text_objective(trial)) {
    return true;
  }
  const std::size_t count = std::max<std::size_t>(rules_.directions.size(), 1);
  for (std::size_t i = 0; i < count; ++i) {
    if (!objective(trial, i)) {
      return false;
    }
  }
  return true;
}

Time::duration Experiment::worked(Time until) const {
  return last_time_ && !live_.empty() && until > *last_time_ ? worked_ + (until - *last_time_)
                                                             : worked_;
}

Completion Experiment::completion() const {
  return finished_ ? completion_named(finished_->reason) : completion_by_facts();
}

Completion Experiment::completion_by_facts() const {
  if (budget_.goal && best_ && rules_.directions.size() == 1) {
    if (const auto value = objective(trial(*best_))) {
      const bool reached = rules_.directions.front() == Direction::minimize
                               ? *value <= *budget_.goal
                               : *value >= *budget_.goal;
      if (reached) {
        return Completion::goal_reached;
      }
    }
  }
  // Before the failures, since it says more: nearly every file allows just three of those.
  if (!keep_going_ && first_without_metrics_ == 3) {
    return Completion::no_metrics;
  }
  // Katib's rule: 0 means at the first failure.
  const std::uint32_t bad = counters_.failed + counters_.metrics_unavailable;
  if (budget_.max_failed && bad > 0 && bad >= *budget_.max_failed) {
    return Completion::max_failed;
  }
  if (budget_.max_trials && counters_.completed() >= *budget_.max_trials) {
    return Completion::max_trials;
  }
  return Completion::none;
}

std::optional<Time> Experiment::completion_time() const {
  return finished_ ? std::optional(finished_at_) : std::nullopt;
}

const Curve* Experiment::curve(std::uint32_t trial, std::uint32_t metric) const {
  const auto found = curves_.find(trial);
  return found == curves_.end() || metric >= found->second.size() ? nullptr
                                                                  : &found->second[metric];
}

}  // namespace diwan
