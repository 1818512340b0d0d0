// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/core/curve.hpp"
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
/// The one of that name; `none` for any other text.
Completion completion_named(std::string_view name);

/// The whole state that decisions rest on: the fold of the journal (apply.hpp), nothing else.
/// Copyable, comparable; a few hundred bytes a trial.
class Experiment {
 public:
  explicit Experiment(Rules rules) : rules_(std::move(rules)) {}

  const Rules& rules() const { return rules_; }
  const Budget& budget() const { return budget_; }
  std::uint64_t seed() const { return owner_.seed; }
  /// The last one; its `spec` and `spec_file` are the last that were not empty.
  const OwnerChanged& owner() const { return owner_; }
  const Counters& counters() const { return counters_; }
  const std::vector<Trial>& trials() const { return trials_; }  ///< trial n at n-1
  const Trial& trial(std::uint32_t number) const { return trials_.at(number - 1); }
  bool has(std::uint32_t number) const { return number >= 1 && number <= trials_.size(); }
  std::uint64_t last_record() const { return last_record_; }  ///< 0: none

  /// The objective by its strategy, in its own direction and sign; nothing when it never came or is
  /// not finite.
  std::optional<double> objective(const Trial& trial, std::size_t objective = 0) const;
  /// Did the objective come as a text that is no number (a DARTS genotype)?
  bool text_objective(const Trial& trial) const;
  /// Has every objective a finite value, or the only one a text?
  bool objectives_available(const Trial& trial) const;
  /// Best trial that ended Succeeded or EarlyStopped with a finite objective (first objective; ties
  /// keep the earlier); of text objectives the latest; nothing if there is none.
  std::optional<std::uint32_t> best() const { return best_; }

  /// As a `finish` record says, else by the facts: goal, the first three trials without metrics,
  /// failures, budget, in this order.
  Completion completion() const;
  /// The finish record in force, if one was written.
  const std::optional<StopAsked>& finished() const { return finished_; }
  /// Drain, stop or pause in force.
  const std::optional<StopAsked>& stop_asked() const { return stop_; }
  /// Is the experiment being drained or stopped (not merely paused)?
  bool draining() const { return stop_ && stop_->kind != StopAsked::Kind::pause; }

  /// Why no trial starts any more under the present owner; empty while trials may.
  const std::string& held() const { return held_; }
  /// Owners in a row, up to the present one, whose time was up before any trial had ended.
  std::uint32_t fruitless_owners() const { return fruitless_owners_; }

  std::optional<Time> start_time() const { return start_time_; }
  std::optional<Time> completion_time() const;
  /// How long it had live trials, up to `until`; the time between two owners is left out.
  Time::duration worked(Time until) const;
  /// Time of the last record before the present owner's first: the last sign of the one before.
  std::optional<Time> owner_before_left() const { return owner_before_left_; }

  // Work sets: trial numbers, ascending.
  const std::set<std::uint32_t>& live_trials() const { return live_; }    ///< queued or running
  const std::set<std::uint32_t>& fresh_trials() const { return fresh_; }  ///< waiting, never run
  const std::set<std::uint32_t>& again_trials() const { return again_; }  ///< waiting to go again
  /// Live, pruned or cancelled.
  const std::set<std::uint32_t>& called_off() const { return called_off_; }
  std::size_t waiting() const { return fresh_.size() + again_.size(); }
  bool budget_known() const { return budget_known_; }  ///< was one ever set?
  /// Curve of a metric of a trial that has not ended.
  const Curve* curve(std::uint32_t trial, std::uint32_t metric) const;

  bool operator==(const Experiment&) const = default;

 private:
  friend class Fold;

  Completion completion_by_facts() const;

  Rules rules_;
  Budget budget_;
  bool budget_known_ = false;
  OwnerChanged owner_;
  Counters counters_;
  std::vector<Trial> trials_;
  std::map<std::uint32_t, std::vector<Curve>> curves_;  ///< of trials that have not ended
  std::uint64_t last_record_ = 0;
  std::optional<std::uint32_t> best_;
  std::optional<StopAsked> finished_;
  Time finished_at_{};
  std::optional<StopAsked> stop_;
  std::string held_;
  bool owner_saw_an_end_ = false;
  std::uint32_t fruitless_owners_ = 0;
  std::optional<Time> start_time_;
  std::optional<Time> last_time_;
  Time::duration worked_{};  ///< up to the last record
  std::optional<Time> owner_before_left_;
  std::set<std::uint32_t> live_;
  std::set<std::uint32_t> fresh_;
  std::set<std::uint32_t> again_;
  std::set<std::uint32_t> called_off_;
  std::uint32_t first_ends_ = 0;             ///< ends seen, up to three
  std::uint32_t first_without_metrics_ = 0;  ///< of those, without metrics
  bool keep_going_ = false;                  ///< asked for by any owner
};

}  // namespace diwan
