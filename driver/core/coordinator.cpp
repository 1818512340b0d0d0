// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/coordinator.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace diwan {

Coordinator::Coordinator(Experiment experiment, CoordinatorOptions options)
    : experiment_(std::move(experiment)), options_(options) {}

Step Coordinator::handle(Time now, std::span<const Stimulus> stimuli) {
  now_ = now;
  step_ = {};
  for (const Stimulus& stimulus : stimuli) {
    std::visit([this](auto copy) { take(std::move(copy)); }, stimulus);
  }
  plan();
  return std::exchange(step_, {});
}

void Coordinator::record(Event event) {
  Record record{.number = experiment_.last_record() + 1, .time = now_, .event = std::move(event)};
  if (apply(experiment_, record)) {
    step_.records.push_back(std::move(record));
  }
}

void Coordinator::take(Answered&& answered) {
  if (asking_ != Asking::pending) {
    return;
  }
  asking_ = answered.exhausted           ? Asking::exhausted
            : answered.proposals.empty() ? Asking::starved
                                         : Asking::idle;
  // Whoever takes the experiment up again asks again, and gets the same.
  if (experiment_.completion() != Completion::none || experiment_.draining()) {
    asking_ = Asking::idle;
    return;
  }
  for (Proposal& proposal : answered.proposals) {
    if (room() == 0) {
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
      !experiment_.has(event.run.trial) || static_cast<std::size_t>(event.source) > 3) {
    return;
  }
  const Trial& trial = experiment_.trial(event.run.trial);
  const Curve* curve = experiment_.curve(event.run.trial, event.metric);
  if (!trial.live() || trial.run() != event.run || curve == nullptr) {
    return;
  }
  // What came before is dropped, to the observation.
  const std::uint64_t seen = curve->seen(event.source);
  if (event.first + size <= seen) {
    return;
  }
  if (event.first < seen) {
    const auto known = static_cast<std::ptrdiff_t>(seen - event.first);
    event.values.erase(event.values.begin(), event.values.begin() + known);
    event.times.erase(event.times.begin(), event.times.begin() + known);
    if (event.own_steps) {
      event.steps.erase(event.steps.begin(), event.steps.begin() + known);
    }
    std::map<std::uint32_t, std::string> texts;
    for (auto& [place, text] : event.texts) {
      if (place >= known) {
        texts.emplace(static_cast<std::uint32_t>(place - known), std::move(text));
      }
    }
    event.texts = std::move(texts);
    event.first = seen;
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
  // A run that we ended for no fault of its trial goes again.
  if (event.outcome == RunOutcome::stopped && trial.stop == StopReason::none &&
      experiment_.completion() == Completion::none) {
    event.outcome = RunOutcome::lost;
    event.cause = LostCause::own_stop;
  }
  // Nothing goes again in a complete experiment.
  if (event.outcome == RunOutcome::lost && experiment_.completion() != Completion::none) {
    event.outcome = RunOutcome::stopped;
  }
  cancelled_.erase(event.run);
  record(std::move(event));
  if (asking_ == Asking::starved) {
    asking_ = Asking::idle;
  }
}

void Coordinator::take(PruneWished&& wish) {
  if (experiment_.completion() == Completion::none && !experiment_.draining()) {
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
      return;  // ours to decide
  }
  record(std::move(event));
}

void Coordinator::take(BudgetSet&& event) {
  if (event.budget == experiment_.budget() && experiment_.last_record() > 0 &&
      !experiment_.trials().empty()) {
    return;
  }
  record(std::move(event));
  if (asking_ == Asking::starved) {
    asking_ = Asking::idle;
  }
}

void Coordinator::take(OwnerChanged&& event) {
  record(std::move(event));
  finish_said_ = false;
}

void Coordinator::take(AdoptionDone&& /*done*/) {
  adopted_ = true;
  if (options_.runs_outlive_us) {
    return;
  }
  const std::vector<std::uint32_t> left(experiment_.live_trials().begin(),
                                        experiment_.live_trials().end());
  for (const std::uint32_t number : left) {
    take(Ended{.run = experiment_.trial(number).run(),
               .outcome = RunOutcome::lost,
               .at = now_,
               .exit_code = {},
               .signal = {},
               .reason = "its coordinator went away",
               .cause = LostCause::coordinator_gone,
               .usage = {}});
  }
}

}  // namespace diwan
