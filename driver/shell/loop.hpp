// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/early_stopper.hpp"
#include "driver/core/coordinator.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/shell/announce/announcer.hpp"
#include "driver/shell/kept_files.hpp"
#include "driver/shell/policy.hpp"
#include "driver/shell/progress.hpp"
#include "driver/shell/request_files.hpp"
#include "driver/shell/signals.hpp"
#include "driver/shell/told_waits.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// What the loop needs of the specification: names, launches, columns.
struct LoopHooks {
  std::function<std::string(std::uint32_t number)> trial_name;
  std::function<Launch(const Trial& trial, const std::string& parent)> launch;
  /// What the folder of the trial's live run says of it (recover()).
  std::function<std::vector<Report>(const Trial& trial)> recover;
  /// Has the trial, which did not come to its end, saved work to go on from? May be empty.
  std::function<bool(const Trial& trial)> saved_work = {};
  /// Judges each report as it comes; it knows the history. Null where nothing is to be judged.
  EarlyStopper* early_stopper = nullptr;
  Announcer* announcer = nullptr;  ///< null: nothing is to be announced
  CheckpointNames columns;
};

struct LoopOptions {
  std::filesystem::path directory;
  std::uint64_t epoch = 0;
  std::chrono::milliseconds grace{30000};
  /// Time that mpirun leaves between its warning (SIGCONT, SIGTERM) and the end; none outside
  /// mpirun.
  std::optional<std::chrono::milliseconds> mpirun_grace;
  std::chrono::milliseconds mpirun_leaving{};  ///< time that mpirun takes to return at the end
  std::optional<Time> job_end = {};  ///< of the job that this process runs in, where it is known
};

/// How a loop came to its end.
struct LoopEnd {
  Completion completion = Completion::none;
  std::optional<std::string> disk_failure;
  std::optional<std::string> lost_ownership;
  std::optional<std::string> algorithm_failure;  ///< no more suggestions could come
  std::optional<std::string> refused;            ///< no trial can run as the file asks
  bool work_is_saved = false;                    ///< by trials, on the way to their end
};

/// Wires coordinator, store, launcher and policy; decides nothing. Each turn: collect what came,
/// let the coordinator decide once, hand its records to the store, carry out the commands whose
/// records are written.
class Loop {
 public:
  Loop(Coordinator& coordinator, Store& store, Launcher& launcher, PolicyThread& policy,
       Signals& signals, Progress& progress, KeptFiles& files, LoopHooks hooks,
       LoopOptions options);

  /// Lets the coordinator take `first` (owner, adopted reports), then runs until nothing is left to
  /// do.
  LoopEnd run(std::vector<Stimulus> first);

 private:
  using Clock = std::chrono::steady_clock;

  void collect(std::vector<Stimulus>& stimuli);
  void collect_reports(std::vector<Stimulus>& stimuli);
  void take(Report& report, std::vector<Stimulus>& stimuli);
  bool take_recorded_end(const Ended& lost, std::vector<Stimulus>& stimuli);
  void collect_signals(std::vector<Stimulus>& stimuli);
  void collect_news(std::vector<Stimulus>& stimuli);
  void collect_deadline(std::vector<Stimulus>& stimuli);
  bool work_was_saved() const;
  void look_for_saved_work(std::vector<Stimulus>& stimuli);
  void tell_stop(const StopAsked& asked);
  void collect_answer(Suggestions&& suggestions, std::vector<Stimulus>& stimuli);
  void stop_for(const std::string& cause, bool now, std::vector<Stimulus>& stimuli);
  void give_up(const std::string& cause, std::vector<Stimulus>& stimuli);
  void decide(std::vector<Stimulus>& stimuli);
  std::vector<Stimulus> decide_once(const std::vector<Stimulus>& stimuli);
  void carry_out();
  void announce(std::uint64_t written);
  void carry_out(const Ask& command);
  void carry_out(const Submit& command);
  void carry_out(const Cancel& command);
  void carry_out(const Finish& command);
  void drain(std::vector<Stimulus>& stimuli, StopAsked::Kind kind, const std::string& by);
  void watch();
  void begin_checkpoint();
  void wait();

  Coordinator& coordinator_;
  Store& store_;
  Launcher& launcher_;
  PolicyThread& policy_;
  Signals& signals_;
  Progress& progress_;
  KeptFiles& files_;
  LoopHooks hooks_;
  LoopOptions options_;

  RequestFiles requests_;
  ToldWaits waits_;
  std::deque<std::pair<std::uint64_t, Command>> pending_;  ///< command, and the record it waits for
  std::uint32_t slots_ = 0;
  std::uint32_t at_a_time_ = 0;  ///< trials, as the launcher was told
  Clock::time_point last_turn_{};
  Clock::time_point last_watch_{};
  Clock::time_point last_look_{};  ///< for saved work
  std::optional<Time> began_;
  std::optional<Time> deadline_;  ///< of trials, as the coordinator was told
  std::optional<Clock::time_point> drain_deadline_;
  std::optional<std::string> algorithm_failure_;
  std::optional<std::string> refused_;
  std::optional<std::string> folder_failure_;  ///< why a run's folder could not be written
  std::optional<LoopEnd> end_;
};

}  // namespace diwan
