// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/facts.hpp"

#include <type_traits>
#include <variant>

#include "driver/core/ended_by.hpp"

namespace diwan {
namespace {

TrialOutcome outcome_of(TrialStatus status) {
  switch (status) {
    case TrialStatus::succeeded:
      return TrialOutcome::succeeded;
    case TrialStatus::early_stopped:
      return TrialOutcome::early_stopped;
    case TrialStatus::metrics_unavailable:
      return TrialOutcome::metrics_unavailable;
    case TrialStatus::killed:
      return TrialOutcome::killed;
    default:
      return TrialOutcome::failed;
  }
}

Fact finished(const Trial& trial, const Experiment& experiment) {
  Finished fact{.trial = trial.number, .outcome = outcome_of(trial.status), .objectives = {}};
  if (!has_result(fact.outcome)) {
    return fact;
  }
  for (std::size_t i = 0; i < experiment.rules().directions.size(); ++i) {
    const auto value = experiment.objective(trial, i);
    if (!value) {
      fact.objectives.clear();
      break;
    }
    fact.objectives.push_back(*value);
  }
  return fact;
}

std::vector<Fact> facts(const Suggested& event, const Experiment& /*experiment*/) {
  return {Issued{.trial = event.trial,
                 .assignment = event.assignment,
                 .labels = event.labels,
                 .parent = event.parent}};
}

std::vector<Fact> facts(const Observed& event, const Experiment& experiment) {
  std::vector<Fact> result;
  if (event.metric >= experiment.rules().directions.size()) {
    return result;
  }
  result.reserve(event.values.size());
  for (std::size_t i = 0; i < event.values.size(); ++i) {
    result.emplace_back(Reported{.trial = event.run.trial,
                                 .objective = event.metric,
                                 .step = event.steps[i],
                                 .value = event.values[i],
                                 .attempt = event.run.attempt});
  }
  return result;
}

std::vector<Fact> facts(const BudgetSet& event, const Experiment& /*experiment*/) {
  return {
      BudgetChanged{.max_trials = event.budget.max_trials, .parallel = event.budget.at_a_time()}};
}

std::vector<Fact> facts(const OwnerChanged& event, const Experiment& /*experiment*/) {
  std::vector<Fact> result;
  result.reserve(event.known.size());
  for (const KnownResult& known : event.known) {
    const TrialOutcome outcome = known.objectives.empty() ? TrialOutcome::failed
                                 : known.early_stopped    ? TrialOutcome::early_stopped
                                                          : TrialOutcome::succeeded;
    result.emplace_back(Known{known.assignment, outcome, known.objectives});
  }
  return result;
}

template <typename Other>
std::vector<Fact> facts(const Other& /*event*/, const Experiment& /*experiment*/) {
  static_assert(std::is_same_v<Other, Queued> || std::is_same_v<Other, Started> ||
                std::is_same_v<Other, Pruned> || std::is_same_v<Other, Ended> ||
                std::is_same_v<Other, StopAsked>);
  return {};
}

}  // namespace

std::vector<Fact> facts_of(const Record& record, const Experiment& experiment) {
  if (const auto trial = ended_by(record, experiment)) {
    return {finished(experiment.trial(*trial), experiment)};
  }
  return std::visit([&](const auto& event) { return facts(event, experiment); }, record.event);
}

}  // namespace diwan
