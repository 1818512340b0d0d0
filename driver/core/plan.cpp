// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <algorithm>
#include <limits>
#include <utility>

#include "driver/core/coordinator.hpp"

namespace diwan {

// Planning derives the commands from the state and the few transient facts of this process. It
// looks at work sets only, so it costs what it commands, however many trials there are.

std::uint32_t Coordinator::limit() const {
  return std::min(experiment_.budget().at_a_time(), slots_);
}

std::uint32_t Coordinator::room(std::size_t taken) const {
  const auto& most = experiment_.budget().max_trials;
  if (!most) {
    return std::numeric_limits<std::uint32_t>::max();
  }
  const std::size_t used = experiment_.counters().completed() + taken;
  return used >= *most ? 0 : static_cast<std::uint32_t>(*most - used);
}

void Coordinator::plan() {
  if (!adopted_) {
    return;
  }
  submit_again();
  const Completion completion = experiment_.completion();
  plan_cancels(completion);
  if (plan_finish(completion)) {
    return;
  }
  if (completion == Completion::none && !experiment_.stop_asked()) {
    finish_said_ = false;
    plan_submits();
    plan_ask();
  }
}

/// This process ends and its runs go on: a signal is for the process alone.
bool Coordinator::leaves_runs() const {
  const auto& stop = experiment_.stop_asked();
  return options_.runs_outlive_us && stop && stop->kind == StopAsked::Kind::drain && !stop->now;
}

void Coordinator::plan_cancels(Completion completion) {
  Cancel cancel;
  const auto call_off = [&](std::uint32_t number, bool now) {
    const RunKey run = experiment_.trial(number).run();
    const auto [entry, fresh] = cancelled_.try_emplace(run, now);
    if (fresh || (now && !entry->second)) {
      entry->second = now;
      cancel.runs.push_back({.run = run, .now = now});
    }
  };
  if (completion != Completion::none || (experiment_.draining() && !leaves_runs())) {
    const bool now = experiment_.draining() && experiment_.stop_asked()->now;
    for (const std::uint32_t number : experiment_.live_trials()) {
      call_off(number, now || experiment_.trial(number).stop_now);
    }
  } else {
    for (const std::uint32_t number : experiment_.called_off()) {
      call_off(number, experiment_.trial(number).stop_now);
    }
  }
  if (!cancel.runs.empty()) {
    step_.commands.emplace_back(std::move(cancel));
  }
}

bool Coordinator::plan_finish(Completion completion) {
  if (!experiment_.live_trials().empty() && (completion != Completion::none || !leaves_runs())) {
    return completion != Completion::none;
  }
  // No further suggestion will come, and nothing runs that could change it.
  const bool dry = asking_ == Asking::exhausted || asking_ == Asking::starved;
  if (completion == Completion::none && dry && experiment_.waiting() == 0 &&
      !experiment_.stop_asked()) {
    completion = Completion::exhausted;
  }
  if (completion == Completion::none && !experiment_.draining()) {
    return false;
  }
  if (completion != Completion::none && !experiment_.finished()) {
    record(StopAsked{.kind = StopAsked::Kind::finish,
                     .now = false,
                     .trial = 0,
                     .reason = to_string(completion),
                     .by = "coordinator"});
  }
  if (!finish_said_) {
    finish_said_ = true;
    step_.commands.emplace_back(Finish{completion});
  }
  return true;
}

/// A run of an earlier owner may have died with it on the way to the launcher. To submit a key that
/// is alive changes nothing. Those called off are submitted too, or their end would never be heard
/// of.
void Coordinator::submit_again() {
  Submit submit;
  for (const RunKey run : std::exchange(adopted_runs_, {})) {
    const Trial& trial = experiment_.trial(run.trial);
    if (trial.live() && trial.run() == run) {
      submit.runs.push_back(run);
    }
  }
  if (!submit.runs.empty()) {
    step_.commands.emplace_back(std::move(submit));
  }
}

void Coordinator::plan_submits() {
  Submit submit;
  while (experiment_.live_trials().size() < limit() && experiment_.waiting() > 0 &&
         room(experiment_.live_trials().size()) > 0) {
    // Trials that go again come first: they were promised before.
    const auto& from = experiment_.again_trials().empty() ? experiment_.fresh_trials()
                                                          : experiment_.again_trials();
    const Trial& trial = experiment_.trial(*from.begin());
    const RunKey run{.trial = trial.number, .attempt = trial.attempts + 1};
    if (!record(Queued{run})) {
      break;
    }
    submit.runs.push_back(run);
  }
  if (!submit.runs.empty()) {
    step_.commands.emplace_back(std::move(submit));
  }
}

void Coordinator::plan_ask() {
  if (asking_ != Asking::idle) {
    return;
  }
  const std::size_t wanted = std::size_t{limit()} + options_.reserve;
  const std::size_t had = experiment_.live_trials().size() + experiment_.waiting();
  if (limit() == 0 || had >= wanted) {
    return;
  }
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(wanted - had, room(had)));
  if (count > 0) {
    asking_ = Asking::pending;
    asked_ = count;
    news_since_asked_ = false;
    step_.commands.emplace_back(Ask{.count = count, .after = experiment_.last_record()});
  }
}

}  // namespace diwan
