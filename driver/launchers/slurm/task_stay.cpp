// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/task_stay.hpp"

#include <algorithm>

#include "driver/launchers/clock.hpp"

namespace diwan::slurm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a pilot stays without a run, and a requeued task waits for its next attempt.
constexpr std::chrono::seconds longest_idle{300};
constexpr std::chrono::seconds longest_wait_for_next{120};
/// Slurm sends KILL so long after TERM, unless the site set KillWait: less some time to write.
constexpr milliseconds longest_grace{25000};
/// Of a job's time, kept for saving after the grace time.
constexpr std::chrono::seconds end_margin{15};

}  // namespace

milliseconds task_grace(const RunSettings& settings) {
  return std::min<milliseconds>(settings.grace, longest_grace);
}

TaskStay::TaskStay(const RunSettings& settings, std::optional<Time> job_end)
    : settings_{&settings} {
  if (job_end) {
    const Time begin = wall_clock();
    deadline_ =
        std::max(*job_end - task_grace(settings) - end_margin, begin + (*job_end - begin) / 2);
  }
}

TaskStay::SteadyTime::duration TaskStay::left() const {
  return deadline_
             ? std::max<SteadyTime::duration>(*deadline_ - wall_clock(), SteadyTime::duration{0})
             : SteadyTime::duration::max();
}

bool TaskStay::is_time_up() const { return deadline_ && wall_clock() >= *deadline_; }

void TaskStay::begin(RunKey run) { begun_[run] = steady_clock::now(); }

void TaskStay::end(RunKey run) {
  idle();
  if (const auto begun = begun_.find(run); begun != begun_.end()) {
    longest_run_ = std::max(longest_run_, idle_since_ - begun->second);
    begun_.erase(begun);
  }
}

bool TaskStay::has_to_leave(SteadyTime present) const {
  if (present >= idle_since_ + longest_idle) {
    return true;
  }
  const auto needed = settings_->time_limit && longest_run_ == SteadyTime::duration{0}
                          ? SteadyTime::duration{*settings_->time_limit}
                          : longest_run_;
  return deadline_ && wall_clock() + std::chrono::ceil<std::chrono::seconds>(needed) > *deadline_;
}

bool TaskStay::awaits_next(SteadyTime present) const {
  return present < idle_since_ + longest_wait_for_next;
}

}  // namespace diwan::slurm
