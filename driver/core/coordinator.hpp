// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "driver/core/apply.hpp"
#include "driver/core/command.hpp"
#include "driver/core/experiment.hpp"
#include "driver/core/stimulus.hpp"
#include "driver/core/time_left.hpp"

namespace diwan {

/// Settings of this process that decisions use but that are no facts.
struct CoordinatorOptions {
  std::uint32_t reserve = 0;     ///< suggestions kept waiting beyond the free slots
  bool runs_outlive_us = false;  ///< Slurm, Kubernetes: live runs are adopted on resume, not lost
  std::optional<std::chrono::seconds> time_limit = {};  ///< of one run
};

/// Decides: stimuli in, records and commands out. Pure: no clock (the caller says what time it is),
/// no I/O, no randomness. One Ask is in flight at most.
class Coordinator {
 public:
  Coordinator(Experiment experiment, CoordinatorOptions options);

  /// Takes all stimuli that came since the last call, in order, and plans once.
  Step handle(Time now, std::span<const Stimulus> stimuli);

  const Experiment& experiment() const { return experiment_; }
  /// When running trials are asked to end; nothing where no end is known.
  const std::optional<Time>& deadline() const { return time_left_.deadline(); }
  /// Would handle() decide something now, without any stimulus?
  bool is_due(Time now) const;
  /// Do trials save their work, as far as is known?
  bool saves_work() const { return time_left_.saves_work(); }

 private:
  /// Of the one ask: none in flight; in flight; answered with less than asked (asked again after
  /// the next end of a trial or another budget); answered that no more will come (asked again after
  /// another budget).
  enum class Asking { idle, pending, starved, exhausted };

  void take(Answered&& answered);
  void take(Started&& event);
  void take(Observed&& event);
  void take(Ended&& event);
  void take(PruneWished&& wish);
  void take(CapacityChanged&& change);
  void take(StopAsked&& event);
  void take(BudgetSet&& event);
  void take(OwnerChanged&& event);
  void take(AdoptionDone&& done);
  void take(DeadlineSet&& event);
  void take(WorkSaved&& event);

  bool record(Event event);
  void wake();
  void plan();
  void plan_cancels(Completion completion);
  void plan_submits();
  void submit_again();
  void plan_ask();
  bool plan_finish(Completion completion);
  bool leaves_runs() const;
  void plan_hold();
  void drain_by_time_limit();
  std::optional<std::uint32_t> next_to_start() const;
  /// Trials that may be live at a time.
  std::uint32_t limit() const;
  /// Trials that the budget allows beside `taken` ones.
  std::uint32_t room(std::size_t taken) const;

  Experiment experiment_;
  CoordinatorOptions options_;
  Time now_{};
  Step step_;
  std::uint32_t slots_ = 0;
  bool adopted_ = false;
  bool finish_said_ = false;
  bool queued_any_ = false;  ///< by this process
  TimeLeft time_left_;
  Asking asking_ = Asking::idle;
  std::uint32_t asked_ = 0;           ///< count of the ask in flight
  bool news_since_asked_ = false;     ///< that ask did not know all that could change its answer
  std::map<RunKey, bool> cancelled_;  ///< cancels issued for live runs, and whether without grace
  std::vector<RunKey> adopted_runs_;  ///< live since an earlier owner, perhaps never submitted
};

}  // namespace diwan
