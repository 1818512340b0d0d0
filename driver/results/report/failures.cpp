// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/failures.hpp"

#include <algorithm>
#include <csignal>
#include <map>
#include <tuple>
#include <utility>

#include "driver/results/report/words.hpp"

namespace diwan {
namespace {

constexpr std::size_t shown_runs = 3;          ///< of a group, with their last lines
constexpr std::size_t shown_groups = 40;       ///< with last lines
constexpr std::size_t most_text_bytes = 8192;  ///< of the last lines of one run

std::string failed_kind(const Ended& ended) {
  if (ended.reason.starts_with("time limit")) {
    return "time limit of the trial";
  }
  if (ended.signal == SIGKILL) {
    return "killed (signal 9), often for want of memory";
  }
  if (ended.signal) {
    return "signal " + std::to_string(*ended.signal);
  }
  if (ended.exit_code) {
    return "exit status " + std::to_string(*ended.exit_code);
  }
  return "could not be started";
}

struct Failure {
  std::string kind;
  std::string host;
  Time end{};
  RunKey run;
  std::string reason;
};

std::vector<Failure> failures_of(const Loaded& loaded, const RunHistory& history) {
  std::vector<Failure> failures;
  for (const RunSpan& run : history.runs()) {
    if (!run.ended) {
      continue;
    }
    const Trial& trial = loaded.experiment.trial(run.run.trial);
    std::string kind = failure_kind(*run.ended);
    std::string reason = run.ended->reason;
    const bool last = run.run.attempt == trial.attempts;
    if (kind.empty() && last && trial.status == TrialStatus::metrics_unavailable) {
      kind = "no value of the objective";
      reason = trial.reason;
    }
    if (!kind.empty()) {
      failures.push_back({.kind = std::move(kind),
                          .host = run.host,
                          .end = run.ended->at,
                          .run = run.run,
                          .reason = std::move(reason)});
    }
  }
  std::stable_sort(failures.begin(), failures.end(),
                   [](const Failure& left, const Failure& right) { return left.end < right.end; });
  return failures;
}

/// The last bytes of a text, from the begin of a line on where that is near.
std::string last_part(const std::string& text) {
  if (text.size() <= most_text_bytes) {
    return text;
  }
  const std::size_t from = text.size() - most_text_bytes;
  const std::size_t line = text.find('\n', from);
  return "…" + text.substr(line < text.size() - 1 ? line : from);
}

Value examples_value(const Loaded& loaded, const FailureGroup& group, const LastLines& last_lines) {
  Value::List examples;
  const std::vector<RunKey> newest_first(group.runs.rbegin(), group.runs.rend());
  for (const RunKey& run : newest_first) {
    if (examples.size() == shown_runs) {
      break;
    }
    const std::string text = last_lines(loaded.experiment.trial(run.trial), run);
    if (!text.empty()) {
      examples.push_back(
          Value::Fields{{"trial", run.trial}, {"attempt", run.attempt}, {"text", last_part(text)}});
    }
  }
  return examples;
}

}  // namespace

std::string failure_kind(const Ended& ended) {
  if (ended.outcome == RunOutcome::failed) {
    return failed_kind(ended);
  }
  const bool lost = ended.outcome == RunOutcome::lost && ended.cause != LostCause::own_stop;
  return lost ? "lost: " + std::string(in_words(ended.cause)) : "";
}

std::vector<FailureGroup> failure_groups(const Loaded& loaded, const RunHistory& history) {
  std::vector<FailureGroup> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> place;
  for (Failure& failure : failures_of(loaded, history)) {
    const auto [found, added] = place.try_emplace({failure.kind, failure.host}, groups.size());
    if (added) {
      groups.push_back({.kind = failure.kind, .host = failure.host, .runs = {}, .reason = {}});
    }
    groups[found->second].runs.push_back(failure.run);
    groups[found->second].reason = std::move(failure.reason);
  }
  std::sort(groups.begin(), groups.end(), [](const FailureGroup& left, const FailureGroup& right) {
    return std::forward_as_tuple(right.runs.size(), left.kind, left.host) <
           std::forward_as_tuple(left.runs.size(), right.kind, right.host);
  });
  return groups;
}

Value failures_value(const Loaded& loaded, const RunHistory& history, const LastLines& last_lines) {
  Value::List list;
  for (const FailureGroup& group : failure_groups(loaded, history)) {
    Value::List runs;
    for (const RunKey& run : group.runs) {
      runs.push_back(Value::List{run.trial, run.attempt});
    }
    const bool shown = list.size() < shown_groups;
    list.push_back(Value::Fields{
        {"kind", group.kind},
        {"host", group.host},
        {"reason", last_part(group.reason)},
        {"runs", std::move(runs)},
        {"examples", shown ? examples_value(loaded, group, last_lines) : Value(Value::List{})}});
  }
  return list;
}

}  // namespace diwan
