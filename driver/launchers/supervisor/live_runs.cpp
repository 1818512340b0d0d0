// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/live_runs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace diwan {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// After the leader's end its streams are read until they are closed or silent for so long, in all
/// no longer than the second: `exec > >(tee log)` leaves a tee that still has the last lines.
constexpr milliseconds silence{200};
constexpr milliseconds longest_drain{2000};
/// A process that has not died so long after KILL hangs in the kernel.
constexpr milliseconds longest_death{10000};
/// srun told to end its step has done so within a second, unless Slurm is away.
constexpr milliseconds longest_step_end{5000};
constexpr milliseconds first_scan_pause{2};
constexpr milliseconds longest_scan_pause{100};

}  // namespace

std::uint32_t LiveRuns::add(std::unique_ptr<Run> run) {
  const std::uint32_t number = next_++;
  keys_.emplace(run->key(), number);
  if (run->leader_lives()) {
    leaders_.emplace(run->pid(), number);
    children_left_ = true;
  }
  if (const Companion* companion = run->companion(); companion != nullptr && companion->lives()) {
    companions_.emplace(companion->pid(), number);
    children_left_ = true;
  }
  runs_.emplace(number, std::move(run));
  return number;
}

Run* LiveRuns::find(std::uint32_t number) {
  const auto found = runs_.find(number);
  return found == runs_.end() ? nullptr : found->second.get();
}

Run* LiveRuns::find(RunKey key) {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : find(found->second);
}

std::unique_ptr<Run> LiveRuns::remove(std::uint32_t number) {
  const auto found = runs_.find(number);
  std::unique_ptr<Run> run = std::move(found->second);
  runs_.erase(found);
  keys_.erase(run->key());
  if (const Companion* companion = run->companion(); companion != nullptr) {
    companions_.erase(companion->pid());
  }
  return run;
}

bool LiveRuns::orphans_possible() const {
  if (!children_left_) {
    return false;
  }
  const std::optional<std::vector<pid_t>> children = own_children();
  return !children || std::ranges::any_of(*children, [&](pid_t pid) {
    return !leaders_.contains(pid) && !companions_.contains(pid);
  });
}

/// Where a process lost its parent and became our child, its session or its first environment tells
/// whose it was. One that has hidden both is counted to a run if no other is old enough to have
/// made it.
bool LiveRuns::owns_orphan(const Run& run, const Process& orphan) const {
  const std::optional<std::string> place = initial_variable(orphan.pid, "DIWAN_TRIAL_DIR");
  if (place == run.paths().attempt.native()) {
    return true;
  }
  return std::ranges::none_of(runs_, [&](const auto& entry) {
    const auto& other = entry.second;
    return other.get() != &run &&
           (place == other->paths().attempt.native() || other->pid() == orphan.session ||
            other->start_ticks() <= orphan.start_ticks);
  });
}

std::vector<Process> LiveRuns::members(const Run& run,
                                       const std::vector<Process>& processes) const {
  const pid_t self = getpid();
  return trees(processes, [&](const Process& process) {
    if (companions_.contains(process.session)) {
      return false;
    }
    if (process.session == run.pid() || (run.leader_lives() && process.pid == run.pid())) {
      return true;
    }
    return process.parent == self && !leaders_.contains(process.pid) && owns_orphan(run, process);
  });
}

void LiveRuns::signal_trees(std::span<Run* const> runs, std::span<const int> signals) {
  if (runs.empty()) {
    return;
  }
  const std::vector<Process> processes = list_processes();
  for (const Run* run : runs) {
    for (const Process& process : members(*run, processes)) {
      for (const int signal : signals) {
        send_signal(process, signal);
      }
    }
  }
}

void LiveRuns::stop(std::span<Run* const> runs, StopCause cause, milliseconds grace) {
  const SteadyTime now = steady_clock::now();
  std::vector<Run*> fresh;
  for (Run* run : runs) {
    if (run->stop) {
      run->stop->kill_at = std::min(run->stop->kill_at, now + grace);
      run->next_scan = {};
    } else if (run->leader_lives()) {
      run->stop = {cause, now + grace};
      fresh.push_back(run);
    } else if (Companion* companion = run->companion(); companion != nullptr) {
      companion->end_by = std::min(companion->end_by, now + grace);
    }
  }
  if (!fresh.empty() && grace > milliseconds{0}) {
    for (const Run* run : fresh) {
      run->note_stop();
    }
    ask_to_end(fresh);
  }
}

void LiveRuns::ask_to_end(std::span<Run* const> runs) {
  std::vector<Run*> here;
  for (Run* run : runs) {
    if (!run->is_step()) {
      here.push_back(run);
    } else if (!run->ask_step_to_end()) {
      run->stop->kill_at = steady_clock::now();  // srun waits for room: nobody has work to save
    }
  }
  constexpr std::array signals = {SIGTERM, SIGCONT};
  signal_trees(here, signals);
}

/// Killed itself, srun would leave its step behind; so it is first told to end that.
void LiveRuns::kill_trees(std::span<Run* const> runs, SteadyTime now) {
  std::vector<Run*> doomed;
  for (Run* run : runs) {
    if (!run->is_step() || now >= run->stop->kill_at + longest_step_end) {
      doomed.push_back(run);
    } else if (!std::exchange(run->stop->step_told, true)) {
      ::kill(run->pid(), SIGTERM);
    }
  }
  constexpr std::array signals = {SIGKILL};
  signal_trees(doomed, signals);
}

void LiveRuns::reap() {
  while (true) {
    int status = 0;
    rusage usage{};
    const pid_t pid = wait4(-1, &status, WNOHANG, &usage);
    if (pid <= 0) {
      children_left_ = pid == 0;
      return;
    }
    if (const auto companion = companions_.find(pid); companion != companions_.end()) {
      runs_.at(companion->second)->companion()->exited(status);
      continue;
    }
    const auto leader = leaders_.find(pid);
    if (leader == leaders_.end()) {
      continue;
    }
    Run& run = *runs_.at(leader->second);
    leaders_.erase(leader);
    run.exited(status, usage);
    run.next_scan = {};
    run.scan_pause = first_scan_pause;
  }
}

bool LiveRuns::quiet(const Run& run, SteadyTime now, bool paused) const {
  if (run.streams_closed()) {
    return true;
  }
  return !paused && run.exited_at() &&
         (now - run.last_heard() >= silence || now - *run.exited_at() >= longest_drain);
}

/// Of a run whose leader has ended: true if no process of it is left.
bool LiveRuns::tree_gone(Run& run, SteadyTime now, bool paused) {
  const bool in_grace = run.stop && now < run.stop->kill_at;
  if (!orphans_possible()) {
    return true;
  }
  if (now < run.next_scan || (!run.stop && !quiet(run, now, paused))) {
    return false;
  }
  run.next_scan = now + run.scan_pause;
  run.scan_pause = std::min(2 * run.scan_pause, longest_scan_pause);
  const std::vector<Process> left = members(run, list_processes());
  if (left.empty() || in_grace) {
    return left.empty();
  }
  if (!run.kill_since) {
    run.kill_since = now;
    run.scan_pause = first_scan_pause;
  }
  return kill(left, *run.kill_since, now, run.launch().trial_name);
}

bool LiveRuns::kill(std::span<const Process> left, SteadyTime since, SteadyTime now,
                    const std::string& whose) {
  for (const Process& process : left) {
    send_signal(process, SIGKILL);
  }
  if (now - since < longest_death) {
    return false;
  }
  problems_.push_back("process " + std::to_string(left.front().pid) + " of " + whose +
                      " does not die; it hangs in the kernel");
  return true;
}

/// Until when the companion of a run that has ended may go on.
static SteadyTime companion_deadline(const Run& run, milliseconds grace) {
  return std::min(run.companion()->end_by, run.stop ? run.stop->kill_at : *run.exited_at() + grace);
}

/// Of a run of which nothing else is left: true if its companion has gone too, with all it started.
bool LiveRuns::companion_gone(Run& run, SteadyTime now, milliseconds grace) {
  Companion* companion = run.companion();
  if (companion == nullptr || companion->pid() < 0) {
    return true;
  }
  companion->source_complete = true;
  if (companion->lives() ? now < companion_deadline(run, grace) : !orphans_possible()) {
    return !companion->lives();
  }
  if (now < companion->next_scan) {
    return false;
  }
  companion->scan_pause =
      std::clamp(2 * companion->scan_pause, first_scan_pause, longest_scan_pause);
  companion->next_scan = now + companion->scan_pause;
  const std::vector<Process> left = trees(list_processes(), [&](const Process& process) {
    return process.session == companion->pid() || process.pid == companion->pid();
  });
  if (left.empty()) {
    return !companion->lives();
  }
  companion->kill_since = companion->kill_since.value_or(now);
  return kill(left, *companion->kill_since, now, "the collector of " + run.launch().trial_name);
}

std::vector<std::uint32_t> LiveRuns::settle(milliseconds grace, bool paused) {
  const SteadyTime now = steady_clock::now();
  std::vector<Run*> overdue;
  std::vector<Run*> kill;
  std::vector<std::uint32_t> gone;
  for (const auto& [number, run] : runs_) {
    if (run->leader_lives()) {
      if (!run->stop && run->deadline() && now >= *run->deadline()) {
        overdue.push_back(run.get());
      } else if (run->stop && now >= run->stop->kill_at && now >= run->next_scan) {
        run->scan_pause = std::clamp(2 * run->scan_pause, first_scan_pause, longest_scan_pause);
        run->next_scan = now + run->scan_pause;
        kill.push_back(run.get());
      }
    } else if (quiet(*run, now, paused) || run->stop) {
      // A closed or silent stream alone is no end: something may live on without it.
      if (tree_gone(*run, now, paused) && quiet(*run, now, paused) &&
          companion_gone(*run, now, grace) && !run->awaits_word(now)) {
        gone.push_back(number);
      }
    }
  }
  if (!overdue.empty()) {
    stop(overdue, StopCause::time_limit, grace);
  }
  if (!kill.empty()) {
    kill_trees(kill, now);
  }
  return gone;
}

void LiveRuns::kill_strays() {
  const SteadyTime now = steady_clock::now();
  if (now < next_stray_scan_) {
    return;
  }
  next_stray_scan_ = now + 5 * first_scan_pause;
  const pid_t self = getpid();
  for (const Process& process :
       trees(list_processes(), [&](const Process& p) { return p.parent == self; })) {
    send_signal(process, SIGKILL);
  }
}

bool LiveRuns::in_haste() const {
  const SteadyTime now = steady_clock::now();
  return std::ranges::any_of(runs_, [&](const auto& entry) {
    const auto& run = entry.second;
    const bool ends = !run->leader_lives() && !run->awaits_companion();
    return ends || (run->stop && now >= run->stop->kill_at);
  });
}

}  // namespace diwan
