// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/core/rules.hpp"

namespace diwan {

/// Katib's words for a trial, and Killed as Diwan means it (the experiment ended, or `cancel`).
enum class TrialStatus {
  pending,
  running,
  succeeded,
  failed,
  early_stopped,
  metrics_unavailable,
  killed
};
const char* to_string(TrialStatus status);

/// A metric's curve in brief, over the attempts as design.md section 11 joins them. Of `count`
/// values only the finite ones can be min or max; `latest` is the last value whatever it is.
struct MetricSummary {
  std::uint64_t count = 0;
  double min = 0;  ///< NaN where no value was finite
  double max = 0;  ///< likewise
  double latest = 0;
  std::string latest_text;  ///< where the latest value is no number
  std::int64_t latest_step = 0;
  Time latest_time{};
  bool operator==(const MetricSummary& other) const;  ///< NaN equals NaN
};

/// The number that stands for the trial: none where the metric never came or that number is not
/// finite.
std::optional<double> value_by(Strategy strategy, const MetricSummary& summary);

/// Where a trial is in its life: waiting (suggested, or to go again) -> queued -> running -> ended,
/// or back to waiting when a run was lost or is retried.
enum class Phase { waiting, queued, running, ended };

/// Why a live run is being ended.
enum class StopReason { none, pruned, cancelled, experiment_complete, drain };

struct Trial {
  std::uint32_t number = 0;
  std::string name;
  Assignment assignment;
  Labels labels;
  std::optional<std::uint32_t> parent;

  Phase phase = Phase::waiting;
  TrialStatus status = TrialStatus::pending;
  StopReason stop = StopReason::none;
  bool stop_now = false;
  std::uint32_t attempts = 0;      ///< launches so far; the live or last run is {number, attempts}
  std::uint32_t failures = 0;      ///< failed runs, against Rules::retries
  std::uint32_t lost_unknown = 0;  ///< runs lost for no known cause; the fourth fails the trial
  std::string rule;                ///< that stopped it early

  Time suggested_at{};
  std::optional<Time> start;      ///< of the first attempt
  std::optional<Time> run_start;  ///< of the live or last attempt
  std::optional<Time> end;        ///< of the last attempt, once the trial has ended
  double seconds = 0;             ///< run time, all attempts
  std::string host;               ///< of the last attempt, as are the rest
  std::vector<std::string> gpus;
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string reason;
  Usage usage;

  std::vector<MetricSummary> metrics;  ///< one per Rules::metrics

  RunKey run() const { return {number, attempts}; }
  bool live() const { return phase == Phase::queued || phase == Phase::running; }
  bool operator==(const Trial&) const = default;
};

}  // namespace diwan
