// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <map>

#include "driver/launchers/slurm/ask_clock.hpp"
#include "driver/launchers/slurm/roster.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"
#include "driver/launchers/slurm/task_link.hpp"
#include "driver/launchers/slurm/write_trouble.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan::slurm {

/// Hears what the tasks of all arrays say in their spools, again and again: soon while something
/// comes, and ever more seldom. Buries those that are over, and ends those that do not do as they
/// are told.
class Sweep {
 public:
  using Duration = SteadyTime::duration;

  /// @param settings..ask_clock  must outlive this
  /// @param longest_pause  between two sweeps, while there are runs that have not ended
  Sweep(const RunSettings& settings, Roster& roster, WriteTrouble& trouble, Scheduler& scheduler,
        AskClock& ask_clock, Duration longest_pause)
      : settings_{&settings},
        roster_{&roster},
        trouble_{&trouble},
        scheduler_{&scheduler},
        ask_clock_{&ask_clock},
        longest_pause_{longest_pause} {}

  /// Sweeps, whether it is due or not.
  void run();
  SteadyTime next() const { return next_; }
  void hasten(SteadyTime present) { next_ = present; }
  /// What one task says. True where something came.
  bool read(Array& array, TaskLink& task);
  /// The same, of all lives of the task before the one after so many requeues.
  void read_up_to(Array& array, TaskLink& task, std::uint32_t restarts);

  /// Pilots in a row that ended without saying that they leave, while no run was started.
  int failed_pilots() const { return failed_pilots_; }

 private:
  void take(Array& array, TaskLink& task, const SpoolRecord& record);
  void take(const Array& array, const TaskEvent& event);
  void take(TaskLink& task, Started& started);
  void take(TaskLink& task, Observed& observed);
  void take(TaskLink& task, Ended& ended);
  void take(TaskLink& task, Notice& notice);
  void look_after(Array& array, TaskLink& task, SteadyTime present);
  void look_for_life(const Array& array, TaskLink& task, SteadyTime present);
  void bury(Array& array, TaskLink& task);
  void bury_run(Array& array, TaskLink& task, RunKey run);
  bool goes_back(Array& array, const TaskLink& task, const Ended& word);
  void end_by_slurm(const Array& array, const TaskLink& task);

  const RunSettings* settings_;
  Roster* roster_;
  WriteTrouble* trouble_;
  Scheduler* scheduler_;
  AskClock* ask_clock_;
  Duration longest_pause_;
  Duration pause_{};
  SteadyTime next_{};
  int failed_pilots_ = 0;
  std::map<std::uint32_t, int> unbegun_;  ///< by trial: runs in a row that their tasks never began
};

}  // namespace diwan::slurm
