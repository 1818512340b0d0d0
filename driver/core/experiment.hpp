// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "driver/core/rules.hpp"
#include "driver/core/trial.hpp"

namespace diwan {

/// How many trials are in each state; kept by apply(), never counted by a scan.
struct Counters {
  std::uint32_t trials = 0;
  std::uint32_t pending = 0;  ///< waiting or queued
  std::uint32_t running = 0;
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
  std::uint32_t early_stopped = 0;
  std::uint32_t metrics_unavailable = 0;
  std::uint32_t killed = 0;
  std::uint32_t completed() const {
    return succeeded + failed + early_stopped + metrics_unavailable + killed;
  }
  bool operator==(const Counters&) const = default;
};

/// How an experiment is complete (design.md section 9 gives each its exit status).
enum class Completion { none, goal_reached, max_trials, exhausted, max_failed, no_metrics };
const char* to_string(Completion completion);

/// The whole state that decisions rest on: the fold of the journal, nothing else.
/// Copyable, comparable; a few hundred bytes a trial.
class Experiment {
 public:
  explicit Experiment(Rules rules);

  const Rules& rules() const;
  const Budget& budget() const;
  std::uint64_t seed() const;
  const OwnerChanged& owner() const;  ///< the last one; its `spec` is the last that was not empty
  const Counters& counters() const;
  const std::vector<Trial>& trials() const;  ///< trial n at n-1
  const Trial& trial(std::uint32_t number) const;
  std::uint64_t last_record() const;  ///< number of the last record folded in; 0: none

  /// The objective by its strategy, in its own direction and sign; nothing when it never came or is
  /// not finite.
  std::optional<double> objective(const Trial& trial, std::size_t objective = 0) const;
  /// Best trial that ended Succeeded or EarlyStopped with a finite objective (first objective; ties
  /// keep the earlier); nothing if there is none.
  std::optional<std::uint32_t> best() const;

  /// Complete by the facts as they stand (goal, budget, failures, first three without metrics), or as a
  /// `finish` record says. A larger budget makes it `none` again.
  Completion completion() const;
  /// The finish record in force, if one was written.
  const std::optional<StopAsked>& finished() const;
  /// Drain, stop or pause in force.
  const std::optional<StopAsked>& stop_asked() const;

  std::optional<Time> start_time() const;
  std::optional<Time> completion_time() const;

  // ... work sets and apply(): see apply.hpp
  bool operator==(const Experiment&) const;
};

}  // namespace diwan
