// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/coordinator.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <variant>

#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

/// Drops the first `known` observations of a batch.
void trim(Observed& batch, std::size_t known) {
  const auto places = static_cast<std::ptrdiff_t>(known);
  batch.first += known;
  batch.values.erase(batch.values.begin(), batch.values.begin() + places);
  batch.times.erase(batch.times.begin(), batch.times.begin() + places);
  if (!batch.steps.empty()) {
    batch.steps.erase(batch.steps.begin(), batch.steps.begin() + places);
  }
  std::map<std::uint32_t, std::string> texts;
  for (auto& [place, text] : batch.texts) {
    if (place >= known) {
      texts.emplace(static_cast<std::uint32_t>(place - known), std::move(text));
    }
  }
  batch.texts = std::move(texts);
}

std::string in_quotes(const std::string& name) { return "\"" + name + "\""; }

LostCause our_cause(const Experiment& experiment) {
  const auto& stop = experiment.stop_asked();
  return stop && stop->by == by_time_limit ? LostCause::time_limit : LostCause::own_stop;
}

/// Why a trial whose program succeeded has no result: its first objective without a finite value.
std::string why_unavailable(const Experiment& experiment, const Trial& trial) {
  for (std::size_t i = 0; i < experiment.rules().directions.size(); ++i) {
    const MetricRule& rule = experiment.rules().metrics[i];
    const MetricSummary& summary = trial.metrics.at(i);
    if (experiment.objective(trial, i)) {
      continue;
    }
    if (summary.count == 0) {
      return "no value of " + in_quotes(rule.name) + " was seen";
    }
    if (!summary.latest_text.empty()) {
      return "the latest value of " + in_quotes(rule.name) + " is no number";
    }
    if (rule.strategy != Strategy::latest) {
      return "every value of " + in_quotes(rule.name) + " was nan or infinite";
    }
    return "the latest of " + in_quotes(rule.name) + ", which counts, is " +
           shortest(summary.latest);
  }
  return {};
}

}  // namespace

Coordinator::Coordinator(Experiment experiment, CoordinatorOptions options)
    : experiment_(std::move(experiment)), options_(options), time_left_(options.time_limit) {}

Step Coordinator::handle(Time now, std::span<const Stimulus> stimuli) {
  now_ = now;
  step_ = {};
  for (const Stimulus& stimulus : stimuli) {
    std::visit([this](auto copy) { take(std::move(copy)); }, stimulus);
  }
  plan();
  return std::exchange(step_, {});
}

/// Whatever does not fit the state is no news and leaves no record.
bool Coordinator::record(Event event) {
  const std::uint32_t completed = experiment_.counters().completed();
  const bool budget = std::holds_alternative<BudgetSet>(event);
  Record record{.number = experiment_.last_record() + 1, .time = now_, .event = std::move(event)};
  if (!apply(experiment_, record)) {
    return false;
  }
  step_.records.push_back(std::move(record));
  if (budget && asking_ == Asking::exhausted) {
    asking_ = Asking::idle;
  }
  if (budget || experiment_.counters().completed() != completed) {
    wake();
  }
  return true;
}

/// Something was learnt that may bring a starved suggester on.
void Coordinator::wake() {
  news_since_asked_ = true;
  if (asking_ == Asking::starved) {
    asking_ = Asking::idle;
  }
}

void Coordinator::take(Answered&& answered) {
  if (asking_ != Asking::pending) {
    return;
  }
  const bool fewer = answered.proposals.size() < asked_;
  asking_ = answered.exhausted            ? Asking::exhausted
            : fewer && !news_since_asked_ ? Asking::starved
                                          : Asking::idle;
  // Whoever takes the experiment up again asks again, and gets the same.
  if (experiment_.completion() != Completion::none || experiment_.draining()) {
    asking_ = Asking::idle;
    return;
  }
  answered.proposals.resize(std::min<std::size_t>(answered.proposals.size(), asked_));
  for (Proposal& proposal : answered.proposals) {
    if (room(experiment_.live_trials().size() + experiment_.waiting()) == 0) {
      // What was proposed and not taken is proposed again when there is room.
      asking_ = Asking::idle;
      return;
    }
    record(Suggested{.trial = static_cast<std::uint32_t>(experiment_.trials().size()) + 1,
                     .name = std::move(proposal.name),
                     .assignment = std::move(proposal.assignment),
                     .labels = std::move(proposal.labels),
                     .parent = proposal.parent});
  }
}

void Coordinator::take(Started&& event) { record(std::move(event)); }

void Coordinator::take(Observed&& event) {
  const std::size_t size = event.values.size();
  if (size == 0 || event.times.size() != size || (event.own_steps && event.steps.size() != size) ||
      event.first > std::numeric_limits<std::uint64_t>::max() - size ||
      event.source > Source::push || !experiment_.has(event.run.trial)) {
    return;
  }
  const Trial& trial = experiment_.trial(event.run.trial);
  const Curve* curve = experiment_.curve(event.run.trial, event.metric);
  if (!trial.live() || trial.run() != event.run || curve == nullptr) {
    return;
  }
  if (!event.own_steps) {
    event.steps.clear();
  }
  const std::uint64_t seen = curve->seen(event.source);
  if (event.first + size <= seen) {
    return;
  }
  if (event.first < seen) {
    trim(event, static_cast<std::size_t>(seen - event.first));
  }
  if (!event.own_steps) {
    event.steps.resize(event.values.size());
    std::int64_t step = curve->count();
    for (std::int64_t& count : event.steps) {
      count = ++step;
    }
  }
  record(std::move(event));
}

void Coordinator::take(Ended&& event) {
  if (!experiment_.has(event.run.trial)) {
    return;
  }
  const Trial& trial = experiment_.trial(event.run.trial);
  if (!trial.live() || trial.run() != event.run) {
    return;
  }
  const bool complete = experiment_.completion() != Completion::none;
  const bool called_off = experiment_.called_off().contains(trial.number);
  const bool ours =
      experiment_.draining() || trial.stop == StopReason::drain || cancelled_.contains(event.run);
  if (event.outcome == RunOutcome::stopped && !called_off && !complete) {
    // A run that ended for no fault of its trial goes again.
    event.outcome = RunOutcome::lost;
    event.cause = ours ? our_cause(experiment_) : LostCause::unknown;
  } else if (event.outcome == RunOutcome::lost && complete) {
    // Nothing goes again in a complete experiment.
    event.outcome = RunOutcome::stopped;
  } else if (event.outcome == RunOutcome::lost && event.cause == LostCause::unknown && ours) {
    event.cause = our_cause(experiment_);
  }
  // Whoever ran it looks at the first objective alone, and at no strategy.
  if (event.outcome == RunOutcome::succeeded && event.reason.empty() &&
      !experiment_.objectives_available(trial)) {
    event.reason = why_unavailable(experiment_, trial);
  }
  cancelled_.erase(event.run);
  record(std::move(event));
  if (time_left_.deadline()) {
    time_left_.learn(experiment_, trial);
  }
}

void Coordinator::take(PruneWished&& wish) {
  // Advice may rest on an earlier attempt; where this one starts anew, its curve would be empty.
  const Curve* curve = experiment_.curve(wish.run.trial, 0);
  const bool reported = curve != nullptr && curve->count() > 0;
  if (reported && experiment_.completion() == Completion::none && !experiment_.draining()) {
    record(Pruned{.run = wish.run, .rule = std::move(wish.rule)});
  }
}

void Coordinator::take(CapacityChanged&& change) { slots_ = change.slots; }

void Coordinator::take(StopAsked&& event) {
  const auto& stop = experiment_.stop_asked();
  switch (event.kind) {
    case StopAsked::Kind::drain:
    case StopAsked::Kind::stop:
      // The first word on how it ends stands; a second one can only hurry it.
      if (experiment_.draining()) {
        if (!event.now || stop->now) {
          return;
        }
        event.kind = stop->kind;
        event.by = stop->by;
      }
      break;
    case StopAsked::Kind::pause:
      if (stop) {
        return;
      }
      break;
    case StopAsked::Kind::go_on:
      if (!stop || experiment_.draining()) {
        return;
      }
      break;
    case StopAsked::Kind::cancel: {
      if (!experiment_.has(event.trial)) {
        return;
      }
      const Trial& trial = experiment_.trial(event.trial);
      if (trial.stop == StopReason::cancelled && (trial.stop_now || !event.now)) {
        return;
      }
      break;
    }
    case StopAsked::Kind::finish:
    case StopAsked::Kind::hold:
      return;  // ours to decide
  }
  record(std::move(event));
}

void Coordinator::take(BudgetSet&& event) {
  if (!experiment_.budget_known() || event.budget != experiment_.budget()) {
    record(std::move(event));
  }
}

void Coordinator::take(OwnerChanged&& event) {
  record(std::move(event));
  finish_said_ = false;
}

void Coordinator::take(AdoptionDone&& /*done*/) {
  if (adopted_) {
    return;
  }
  adopted_ = true;
  const std::vector<std::uint32_t> left(experiment_.live_trials().begin(),
                                        experiment_.live_trials().end());
  for (const std::uint32_t number : left) {
    const Trial& trial = experiment_.trial(number);
    if (options_.runs_outlive_us) {
      adopted_runs_.push_back(trial.run());
      continue;
    }
    // Its time ran no longer than the last sign of the owner it died with.
    Time at = experiment_.owner_before_left().value_or(now_);
    at = std::max(at, trial.run_start.value_or(at));
    take(Ended{.run = trial.run(),
               .outcome = RunOutcome::lost,
               .at = at,
               .exit_code = {},
               .signal = {},
               .reason = "its coordinator went away",
               .cause = LostCause::coordinator_gone,
               .usage = {}});
  }
}

void Coordinator::take(DeadlineSet&& event) {
  if (!time_left_.deadline()) {
    time_left_.learn(experiment_);
  }
  time_left_.set_deadline(now_, event.deadline);
}

void Coordinator::take(WorkSaved&& /*event*/) { time_left_.work_is_saved(); }

}  // namespace diwan
