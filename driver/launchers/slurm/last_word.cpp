// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/last_word.hpp"

#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/verdict.hpp"

namespace diwan::slurm {

Ended last_word(const Array& array, const TaskLink& task, RunKey run) {
  const bool called_off = task.called_off.has_value();
  Ended ended =
      task.seen ? verdict(run, *task.seen, called_off) : verdict_of_unknown(run, called_off);
  ended.at = wall_clock();
  if (task.held) {
    ended.at = task.held->at;
    ended.usage = task.held->usage;
    const bool unexplained = ended.outcome == RunOutcome::lost &&
                             ended.cause == LostCause::unknown && !task.is_in(JobState::cancelled);
    ended.reason = unexplained ? task.held->reason : ended.reason;
    if (array.file.script && unexplained && (task.seen || task.held->exit_code)) {
      // It is the script's own end, which no supervisor told from a lost one.
      ended.outcome = RunOutcome::failed;
      ended.exit_code = task.held->exit_code;
      ended.signal = task.held->signal;
    }
  }
  if (array.file.script && ended.cause == LostCause::time_limit) {
    ended.outcome = RunOutcome::failed;  // the job's limit is the trial's own
    ended.cause = LostCause::unknown;
  }
  return ended;
}

}  // namespace diwan::slurm
