// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include "driver/launchers/supervisor/process_tree.hpp"
#include "driver/launchers/supervisor/run.hpp"

namespace diwan {

/// The runs of this supervisor with their process trees: who belongs to which, and how they end.
///
/// The calling process must be a subreaper: then whatever a leader leaves behind becomes a child of
/// ours before we learn of the leader's end, and as long as all our children are leaders nothing is
/// left of any other tree. /proc is walked only when that is not so.
class LiveRuns {
 public:
  /// @return its number, by which find() knows it
  std::uint32_t add(std::unique_ptr<Run> run);
  Run* find(std::uint32_t number);
  Run* find(RunKey key);
  bool empty() const { return runs_.empty(); }
  const std::map<std::uint32_t, std::unique_ptr<Run>>& all() const { return runs_; }
  std::unique_ptr<Run> remove(std::uint32_t number);

  /// Begins to end runs: TERM to the whole tree of each, and KILL from `grace` on; without grace
  /// KILL. A run that is being ended already keeps its cause, and its KILL comes no later than
  /// before. Of one that has ended already the companion is given so long.
  void stop(std::span<Run* const> runs, StopCause cause, std::chrono::milliseconds grace);
  /// Takes the exit status of children that ended.
  void reap();
  /// Enforces time limits and the ends of grace; kills what leaders left. `paused`: streams are not
  /// read at present, so that silence means nothing.
  /// @return numbers of the runs of which nothing is left
  std::vector<std::uint32_t> settle(std::chrono::milliseconds grace, bool paused);
  /// True while a process is left that descends from a run, of whichever.
  bool strays() const { return children_left_; }
  /// Kills those that are left when no run is.
  void kill_strays();
  /// Something shall happen within milliseconds.
  bool in_haste() const;
  /// Processes that did not die, since the last call.
  std::vector<std::string> take_problems() { return std::exchange(problems_, {}); }

 private:
  bool orphans_possible() const;
  std::vector<Process> members(const Run& run, const std::vector<Process>& processes) const;
  bool owns_orphan(const Run& run, const Process& orphan) const;
  bool quiet(const Run& run, SteadyTime now, bool paused) const;
  bool tree_gone(Run& run, SteadyTime now, bool paused);
  bool companion_gone(Run& run, SteadyTime now, std::chrono::milliseconds grace);
  /// KILL for processes that got the first one at `since`; true once they are given up, which makes
  /// a problem of them.
  bool kill(std::span<const Process> left, SteadyTime since, SteadyTime now,
            const std::string& whose);
  /// CONT goes with TERM: a stopped process can obey only when it runs again.
  void ask_to_end(std::span<Run* const> runs);
  void kill_trees(std::span<Run* const> runs, SteadyTime now);
  void signal_trees(std::span<Run* const> runs, std::span<const int> signals);

  std::map<std::uint32_t, std::unique_ptr<Run>> runs_;
  std::map<RunKey, std::uint32_t> keys_;
  std::map<pid_t, std::uint32_t> leaders_;     ///< not yet reaped
  std::map<pid_t, std::uint32_t> companions_;  ///< of all runs; each leads a session
  std::uint32_t next_ = 1;
  bool children_left_ = false;
  SteadyTime next_stray_scan_{};
  std::vector<std::string> problems_;
};

}  // namespace diwan
