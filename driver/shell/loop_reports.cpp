// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// What launcher and algorithm tell the loop.

#include <chrono>
#include <exception>
#include <utility>
#include <variant>

#include "driver/shell/loop.hpp"

namespace diwan {

using namespace std::chrono_literals;

void Loop::collect_reports(std::vector<Stimulus>& stimuli) {
  try {
    for (Report& report : launcher_.poll(0us)) {
      take(report, stimuli);
    }
  } catch (const LaunchRefused& refusal) {
    refused_ = refusal.what();
    stop_for(*refused_, false, stimuli);
  } catch (const std::exception& failure) {
    stop_for(failure.what(), true, stimuli);
    drain_deadline_ = Clock::now();
  }
}

void Loop::take(Report& report, std::vector<Stimulus>& stimuli) {
  if (const auto* ended = std::get_if<Ended>(&report)) {
    // A run's folder is part of the state: where it cannot be written, going on would burn trials.
    if (ended->cause == LostCause::no_folder) {
      folder_failure_ = ended->reason;
    }
    const bool unseen = ended->outcome == RunOutcome::lost && ended->cause != LostCause::own_stop &&
                        ended->cause != LostCause::no_folder;
    if (unseen && take_recorded_end(*ended, stimuli)) {
      return;
    }
  }
  std::visit([&](auto& event) { stimuli.emplace_back(std::move(event)); }, report);
}

/// Who was to tell of the run died, but the run itself may have come to its end before: takes that
/// end from its folder, if it stands there, and what it printed in any case.
bool Loop::take_recorded_end(const Ended& lost, std::vector<Stimulus>& stimuli) {
  const Trial& trial = coordinator_.experiment().trial(lost.run.trial);
  if (trial.run() != lost.run || !trial.live()) {
    return false;
  }
  bool recorded = false;
  for (Report& report : hooks_.recover(trial)) {
    const auto* ended = std::get_if<Ended>(&report);
    // Stopped, where nobody here had asked for it: the report knows better by whom.
    if (ended != nullptr &&
        (ended->outcome == RunOutcome::lost || ended->outcome == RunOutcome::stopped)) {
      continue;
    }
    recorded = recorded || ended != nullptr;
    std::visit([&](auto& event) { stimuli.emplace_back(std::move(event)); }, report);
  }
  return recorded;
}

void Loop::collect_news(std::vector<Stimulus>& stimuli) {
  PolicyThread::News news;
  try {
    news = policy_.news();
  } catch (const std::exception& failure) {
    give_up(failure.what(), stimuli);
  }
  if (news.answer) {
    collect_answer(*std::move(news.answer), stimuli);
  }
  for (StopAdvice& advice : news.stops) {
    stimuli.emplace_back(PruneWished{.run = coordinator_.experiment().trial(advice.trial).run(),
                                     .rule = std::move(advice.rule)});
  }
}

void Loop::collect_answer(Suggestions&& suggestions, std::vector<Stimulus>& stimuli) {
  Answered answered{.proposals = {}, .exhausted = suggestions.exhausted};
  // One ask is in flight, so no other trial can have been numbered since.
  auto number = static_cast<std::uint32_t>(coordinator_.experiment().trials().size());
  for (Suggestion& suggestion : suggestions.items) {
    answered.proposals.push_back({.assignment = std::move(suggestion.assignment),
                                  .labels = std::move(suggestion.labels),
                                  .parent = suggestion.parent,
                                  .name = hooks_.trial_name(++number)});
  }
  stimuli.emplace_back(std::move(answered));
}

}  // namespace diwan
