// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include "driver/core/coordinator.hpp"

namespace diwan {

namespace {

const Trial& first_waiting(const Experiment& experiment) {
  const auto& from =
      experiment.again_trials().empty() ? experiment.fresh_trials() : experiment.again_trials();
  return experiment.trial(*from.begin());
}

/// For people: a length in seconds below two minutes, then in minutes.
std::string rounded(TimeLeft::Length length) {
  constexpr double minute = 60;
  const double seconds = std::ceil(length.count());
  return seconds < 2 * minute
             ? std::to_string(static_cast<std::int64_t>(seconds)) + " s"
             : std::to_string(static_cast<std::int64_t>(std::ceil(seconds / minute))) + " min";
}

/// 2026-09-01 12:00:03Z
std::string instant(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%d-%02u-%02u %02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string why_held(Time deadline, const std::optional<TimeLeft::Length>& length) {
  return "the job ends, and its trials have to by " + instant(deadline) +
         (length ? "; a trial takes about " + rounded(*length) : "");
}

}  // namespace

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
  if (is_due(now_)) {
    drain_by_time_limit();
  }
  plan_cancels(completion);
  if (plan_finish(completion)) {
    return;
  }
  if (completion == Completion::none && !experiment_.stop_asked()) {
    finish_said_ = false;
    plan_submits();
    plan_ask();
    plan_hold();
  }
}

/// This process ends and its runs go on: a signal is for the process alone.
bool Coordinator::leaves_runs() const {
  const auto& stop = experiment_.stop_asked();
  return options_.runs_outlive_us && stop && stop->kind == StopAsked::Kind::drain && !stop->now;
}

bool Coordinator::is_due(Time now) const {
  return time_left_.is_up(now) && adopted_ && !experiment_.draining() &&
         experiment_.completion() == Completion::none;
}

void Coordinator::drain_by_time_limit() {
  record(StopAsked{
      .kind = StopAsked::Kind::drain, .now = false, .trial = 0, .reason = {}, .by = by_time_limit});
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

/// The first waiting trial for which there is time. Trials that go again come first: they were
/// promised before. What a process starts first is always started: otherwise, where trials are
/// longer than the job, one process after another would do nothing.
std::optional<std::uint32_t> Coordinator::next_to_start() const {
  for (const auto* from : {&experiment_.again_trials(), &experiment_.fresh_trials()}) {
    for (const std::uint32_t number : *from) {
      const Trial& trial = experiment_.trial(number);
      if (!queued_any_ || !time_left_.deadline() ||
          time_left_.enough(now_, time_left_.length(experiment_, trial))) {
        return number;
      }
    }
  }
  return std::nullopt;
}

/// Where time alone keeps the free slots empty, that is said once; where nothing runs either, the
/// rest of the time is given back.
void Coordinator::plan_hold() {
  const auto& deadline = time_left_.deadline();
  const std::size_t live = experiment_.live_trials().size();
  if (!deadline || !queued_any_ || live >= limit() || room(live) == 0) {
    return;
  }
  const bool new_ones = time_left_.enough(now_, time_left_.shortest_length());
  if (experiment_.waiting() == 0 ? new_ones : new_ones && asking_ == Asking::pending) {
    return;
  }
  if (experiment_.held().empty()) {
    const auto length = experiment_.waiting() == 0
                            ? time_left_.shortest_length()
                            : time_left_.length(experiment_, first_waiting(experiment_));
    record(StopAsked{.kind = StopAsked::Kind::hold,
                     .now = false,
                     .trial = 0,
                     .reason = why_held(*deadline, length),
                     .by = by_time_limit});
  }
  if (live == 0) {
    drain_by_time_limit();
    plan_finish(Completion::none);
  }
}

void Coordinator::plan_submits() {
  Submit submit;
  while (experiment_.live_trials().size() < limit() && experiment_.waiting() > 0 &&
         room(experiment_.live_trials().size()) > 0) {
    const auto number = next_to_start();
    if (!number) {
      break;
    }
    const RunKey run{.trial = *number, .attempt = experiment_.trial(*number).attempts + 1};
    if (!record(Queued{run})) {
      break;
    }
    queued_any_ = true;
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
  if (queued_any_ && !time_left_.enough(now_, time_left_.shortest_length())) {
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
