// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "driver/launchers/slurm/allowance.hpp"
#include "driver/launchers/slurm/ask_clock.hpp"
#include "driver/launchers/slurm/roster.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"
#include "driver/launchers/slurm/slurm_launcher.hpp"
#include "driver/launchers/slurm/sweep.hpp"
#include "driver/launchers/slurm/write_trouble.hpp"

namespace diwan::slurm {

/// Finds a task for each run that is due: one that is there and free, else that of a new array,
/// which is submitted to Slurm or offered to a person. A submission whose answer was lost is looked
/// for by its comment and never doubled.
class Submissions {
 public:
  /// References must outlive this.
  Submissions(const RunSettings& settings, SlurmLauncherOptions options,
              std::filesystem::path program, Roster& roster, WriteTrouble& trouble,
              Scheduler& scheduler, AskClock& ask_clock, const Sweep& sweep);

  /// An array that an earlier coordinator made: identifies our jobs as it did, and looks for the
  /// one of an array that may have been submitted, or offers it once more.
  void adopt(Array& array);
  /// The same of an array of which no task is needed any more.
  void adopt_key(const std::string& comment);

  /// Hands out what is due, submits, and searches.
  /// @throws LaunchRefused, std::runtime_error where nothing can run any more
  void carry_on(SteadyTime present);
  /// Takes what the tasks said of their jobs.
  void hear_of_jobs();

  void take(const Submitted& answer);
  void take(const Found& answer);
  void take(const Limits& answer) { allowance_.take(answer); }
  /// @throws LaunchRefused
  void take(const Refused& answer, SteadyTime present);
  void slurm_answers() { allowance_.is_back(); }

  /// Why Slurm is not given what is due, where it is at fault; empty: it is given it.
  std::string hindrance() const { return allowance_.hindrance(); }

 private:
  void hand_out(SteadyTime present);
  TaskLink* taker_of(const Launch& launch);
  void submit_array(std::uint32_t most_tasks);
  void submit_pilots(std::uint32_t most_tasks);
  Array* new_array(const std::vector<Launch>& launches, std::uint32_t tasks, bool pilots);
  JobFile write_array(std::uint32_t number, const std::vector<Launch>& launches,
                      std::uint32_t tasks, bool pilots);
  void send(Array& array);
  void offer(const Array& array);
  void withdraw(Array& array);
  void know_job(Array& array, std::uint32_t job);
  void search_lost(SteadyTime present);
  void submission_refused(Array& array, const Refused& answer, SteadyTime present);

  const RunSettings* settings_;
  SlurmLauncherOptions options_;
  std::filesystem::path program_;
  Roster* roster_;
  WriteTrouble* trouble_;
  Scheduler* scheduler_;
  AskClock* ask_clock_;
  const Sweep* sweep_;
  Allowance allowance_;
  std::string key_;            ///< of this experiment, in the comments of its jobs
  SteadyTime submitted_at_{};  ///< the last array
  bool refused_ = false;       ///< Slurm never takes such jobs: no further ones are submitted
};

}  // namespace diwan::slurm
