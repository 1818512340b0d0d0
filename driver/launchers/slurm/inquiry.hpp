// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "driver/launchers/slurm/ask_clock.hpp"
#include "driver/launchers/slurm/roster.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"
#include "driver/launchers/slurm/sweep.hpp"

namespace diwan::slurm {

/// Asks Slurm what the tasks of all arrays do, with one question for all, and learns from its
/// answers.
class Inquiry {
 public:
  /// All must outlive this.
  Inquiry(const RunSettings& settings, Roster& roster, Scheduler& scheduler, AskClock& ask_clock,
          Sweep& sweep)
      : settings_{&settings},
        roster_{&roster},
        scheduler_{&scheduler},
        ask_clock_{&ask_clock},
        sweep_{&sweep} {}

  /// Where it is due.
  void ask(SteadyTime present);
  void take(const Jobs& answer, SteadyTime present);
  void take(const Refused& answer, SteadyTime present);

 private:
  struct Changes {
    bool states = false;  ///< of some task
    bool waits = false;   ///< some task
  };

  class Known;
  Changes learn(Array& array, const Known& known, SteadyTime present);
  void learn(Array& array, TaskLink& task, const JobTask& seen, SteadyTime present);
  void lose_earlier_life(Array& array, TaskLink& task, std::uint32_t restarts);
  void end_lost_run(TaskLink& task);
  void tell_reason(const JobTask& seen);

  const RunSettings* settings_;
  Roster* roster_;
  Scheduler* scheduler_;
  AskClock* ask_clock_;
  Sweep* sweep_;
  std::optional<std::uint64_t> asking_;
  std::set<std::uint32_t> asked_jobs_;
  std::set<std::string> told_reasons_;
};

}  // namespace diwan::slurm
