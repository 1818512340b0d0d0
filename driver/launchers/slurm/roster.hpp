// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/task_link.hpp"

namespace diwan::slurm {

/// Which task has which run, of all arrays that are not over; and what is to be told of the runs. A
/// run that has not ended is either due or has a task.
class Roster {
 public:
  /// `settings` must outlive this.
  explicit Roster(const RunSettings& settings) : settings_{&settings} {}

  /// In order of their numbers; places do not change.
  std::list<Array>& arrays() { return arrays_; }
  const std::list<Array>& arrays() const { return arrays_; }
  Array& add_array(std::uint32_t number, JobFile file);
  void drop(const Array& array);
  /// The array that asked this question; null: none.
  Array* asked_by(std::optional<std::uint64_t> Array::*question, std::uint64_t number);
  /// That task, where it is not over.
  TaskLink* task_of(const TaskIdentity& identity);

  std::size_t runs() const { return runs_.size(); }
  bool knows(RunKey run) const { return runs_.contains(run); }
  /// Who has the run; null: nobody.
  TaskLink* holder(RunKey run) const;
  void give(TaskLink& task, RunKey run);

  /// In the order in which they are to be handed out.
  const std::deque<Launch>& due() const { return due_; }
  void make_due(const Launch& launch);
  /// Gives the run at this place of due() to a task.
  void hand_out(std::size_t place, TaskLink& task);
  /// The launch of a run that was handed out here, and has not ended.
  const Launch& handed_out(RunKey run) const { return launched_.at(run); }
  /// How an adopted run is launched, should its task never begin it.
  void remember(const Launch& launch) { launched_[launch.run] = launch; }
  /// A run that its task never began is due again, before all others. One that an earlier
  /// coordinator handed out and nobody remembered is lost.
  void take_back(RunKey run);

  /// Its task, if it has one, is free of it.
  void end(Ended ended);

  void report(Report report) { reports_.push_back(std::move(report)); }
  std::vector<Report> take_reports() { return std::exchange(reports_, {}); }
  void note(std::string text) { notices_.push_back({std::move(text)}); }
  std::vector<Notice> take_notices() { return std::exchange(notices_, {}); }

 private:
  const RunSettings* settings_;
  std::list<Array> arrays_;
  std::map<RunKey, TaskLink*> runs_;   ///< not ended; null: due
  std::map<RunKey, Launch> launched_;  ///< that may have to be launched again
  std::deque<Launch> due_;
  std::vector<Report> reports_;
  std::vector<Notice> notices_;
};

}  // namespace diwan::slurm
