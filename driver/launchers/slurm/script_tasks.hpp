// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/slurm/event_file.hpp"

namespace diwan::slurm {

/// Speaks for the tasks of an array that run a user's own batch script, in whose place no
/// `diwan exec --array` says anything: what the SPANK plugin wrote down of them (event_file.hpp)
/// and what their trials wrote becomes what such a task would say in its spool. So all that reads
/// spools holds for them too.
///
/// The spools are written anew from the array's files by each coordinator.
class ScriptTasks {
 public:
  /// `settings` must outlive this.
  /// @throws LaunchFileError
  ScriptTasks(const RunSettings& settings, std::filesystem::path array_directory);
  ~ScriptTasks();
  ScriptTasks(const ScriptTasks&) = delete;
  ScriptTasks& operator=(const ScriptTasks&) = delete;

  /// Writes into the spools what is new. What cannot be written stays for the next call.
  /// @throws std::system_error
  void hear();
  /// Slurm says how a task ended of which the plugin's record never came. @throws as hear()
  void conclude(std::uint32_t task, int wait_status);

 private:
  class Task;

  void take(const TaskEvent& event);
  void begin(const TaskEvent& event);
  void write();

  const RunSettings* settings_;
  std::filesystem::path array_;
  std::vector<RunKey> runs_;  ///< of its rows
  EventFileReader events_;
  std::deque<TaskEvent> heard_;                           ///< and not taken yet
  std::map<std::uint32_t, std::unique_ptr<Task>> tasks_;  ///< null: over
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace diwan::slurm
