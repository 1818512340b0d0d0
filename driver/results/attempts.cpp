// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/attempts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <variant>

namespace diwan {
namespace {

/// Takes those records that are about one trial.
class Attempts {
 public:
  explicit Attempts(std::uint32_t trial) : trial_(trial) {}

  void take(Record&& record) {
    std::visit([&](auto& event) { take(record.time, std::move(event)); }, record.event);
  }
  std::vector<Attempt> list() && { return std::move(attempts_); }

 private:
  template <class Event>
  void take(Time /*time*/, Event&& /*event*/) {}
  void take(Time time, Queued&& event) {
    if (Attempt* attempt = of(event.run)) {
      attempt->queued = time;
    }
  }
  void take(Time /*time*/, Started&& event) {
    if (Attempt* attempt = of(event.run)) {
      attempt->start = event.at;
      attempt->host = std::move(event.host);
      attempt->gpus = std::move(event.gpus);
      attempt->pid = event.pid;
    }
  }
  void take(Time /*time*/, Pruned&& event) {
    if (Attempt* attempt = of(event.run)) {
      attempt->rule = std::move(event.rule);
    }
  }
  void take(Time /*time*/, Ended&& event) {
    if (Attempt* attempt = of(event.run)) {
      attempt->ended = std::move(event);
    }
  }

  /// The attempt of this trial, made where it is new; null where it is another's.
  Attempt* of(RunKey run) {
    if (run.trial != trial_ || run.attempt == 0) {
      return nullptr;
    }
    if (attempts_.empty() || attempts_.back().number < run.attempt) {
      attempts_.emplace_back().number = run.attempt;
    }
    return &attempts_.back();
  }

  std::uint32_t trial_;
  std::vector<Attempt> attempts_;
};

const char* in_words(LostCause cause) {
  switch (cause) {
    case LostCause::own_stop:
      return "the run was stopped";
    case LostCause::preempted:
      return "preempted";
    case LostCause::time_limit:
      return "the job came to its time limit";
    case LostCause::coordinator_gone:
      return "the coordinator died";
    case LostCause::node_gone:
      return "the node failed";
    case LostCause::no_folder:
      return "its folder could not be written";
    case LostCause::not_begun:
      return "it did not begin";
    case LostCause::unknown:
      break;
  }
  return "";
}

}  // namespace

std::vector<Attempt> attempts_of(const Loaded& loaded, std::uint32_t trial) {
  Attempts attempts(trial);
  replay(loaded.directory, [&](Record&& record) { attempts.take(std::move(record)); });
  return std::move(attempts).list();
}

std::string how_it_ended(const Attempt& attempt) {
  if (!attempt.ended) {
    return attempt.start ? "no end is written down" : "no start is written down";
  }
  const Ended& ended = *attempt.ended;
  const bool by_rule = ended.outcome == RunOutcome::stopped && !attempt.rule.empty();
  std::string why = by_rule ? attempt.rule : ended.reason;
  if (ended.outcome == RunOutcome::lost) {
    const std::string cause = in_words(ended.cause);
    why += cause.empty() || why.empty() ? cause : " (" + cause + ")";
  }
  constexpr std::array<const char*, 4> outcomes = {"succeeded", "failed", "lost", "stopped"};
  const std::string outcome = outcomes.at(static_cast<std::size_t>(ended.outcome));
  return why.empty() || why == outcome ? outcome : outcome + ": " + why;
}

std::optional<double> seconds_of(const Loaded& loaded, const Attempt& attempt) {
  if (!attempt.start) {
    return std::nullopt;
  }
  const Time end = attempt.ended ? attempt.ended->at : loaded.until;
  return std::max(std::chrono::duration<double>(end - *attempt.start).count(), 0.0);
}

}  // namespace diwan
