// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/inquiry.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/verdict.hpp"

namespace diwan::slurm {
namespace {

constexpr std::chrono::seconds longest_pause{60};
constexpr std::chrono::seconds longest_pause_while_some_wait{30};

}  // namespace

/// Tasks in an answer, each found at once.
class Inquiry::Known {
 public:
  explicit Known(const Jobs& answer) : answer_{&answer} {
    for (const JobTask& task : answer.tasks) {
      alone_[{task.array, task.task}] = &task;
    }
  }

  /// What Slurm says of a task, alone or among others that wait; none where it does not know it.
  std::optional<JobTask> of(std::uint32_t job, const TaskLink& task) const {
    if (const auto found = alone_.find({job, task.index}); found != alone_.end()) {
      return *found->second;
    }
    const auto group = std::ranges::find_if(answer_->waiting, [&](const WaitingTasks& waiting) {
      return waiting.array == job && std::ranges::any_of(waiting.ranges, [&](const auto& range) {
               return task.index >= range.first && task.index <= range.second;
             });
    });
    if (group == answer_->waiting.end()) {
      return std::nullopt;
    }
    return JobTask{.array = job,
                   .task = task.index,
                   .state = group->state,
                   .reason = group->reason,
                   .restarts = task.restarts,
                   .exit_code = {},
                   .signal = {},
                   .nodes = {}};
  }

 private:
  const Jobs* answer_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, const JobTask*> alone_;
};

void Inquiry::ask(SteadyTime present) {
  if (asking_ || !ask_clock_->due(present)) {
    return;
  }
  asked_jobs_.clear();
  for (const Array& array : roster_->arrays()) {
    if (array.file.job && !std::ranges::all_of(array.tasks, &TaskLink::over)) {
      asked_jobs_.insert(*array.file.job);
    }
  }
  if (!asked_jobs_.empty()) {
    asking_ = scheduler_->ask({asked_jobs_.begin(), asked_jobs_.end()});
  }
}

void Inquiry::take(const Refused& answer, SteadyTime present) {
  if (answer.question == asking_) {
    asking_.reset();
    ask_clock_->asked(present, longest_pause_while_some_wait);
  }
}

void Inquiry::take(const Jobs& answer, SteadyTime present) {
  if (answer.question != asking_) {
    return;
  }
  asking_.reset();
  const Known known{answer};
  Changes changes;
  for (Array& array : roster_->arrays()) {
    if (array.file.job && asked_jobs_.contains(*array.file.job)) {
      const Changes here = learn(array, known, present);
      changes.states = changes.states || here.states;
      changes.waits = changes.waits || here.waits;
    }
  }
  if (changes.states) {
    ask_clock_->hurry(present);
  }
  ask_clock_->asked(present, changes.waits ? longest_pause_while_some_wait : longest_pause);
}

Inquiry::Changes Inquiry::learn(Array& array, const Known& known, SteadyTime present) {
  Changes changes;
  for (TaskLink& task : array.tasks) {
    if (task.over) {
      continue;
    }
    const std::optional<JobState> before =
        task.seen ? std::optional{task.seen->state} : std::nullopt;
    if (const std::optional<JobTask> seen = known.of(*array.file.job, task)) {
      learn(array, task, *seen, present);
    } else if (++task.absences >= 2) {
      task.over_since = task.over_since.value_or(present);
    }
    changes.states = changes.states || (task.seen && before != task.seen->state);
    changes.waits = changes.waits || task.is_in(JobState::pending);
  }
  return changes;
}

void Inquiry::learn(Array& array, TaskLink& task, const JobTask& seen, SteadyTime present) {
  task.absences = 0;
  if (seen.state == JobState::running && !task.is_in(JobState::running)) {
    task.last_sign = present;
  }
  task.seen = seen;
  if (seen.restarts > task.restarts) {
    lose_earlier_life(array, task, seen.restarts);
  }
  if (is_over(seen.state)) {
    task.over_since = task.over_since.value_or(present);
    sweep_->hasten(present);
    return;
  }
  task.over_since.reset();  // it was requeued after all
  if (is_in_queue(seen.state)) {
    tell_reason(seen);
  }
}

/// It was requeued: what it ran is lost, unless it said how it ended.
void Inquiry::lose_earlier_life(Array& array, TaskLink& task, std::uint32_t restarts) {
  sweep_->read_up_to(array, task, restarts);
  if (task.run && !read_claim(settings_->directory, *task.run)) {
    return;  // it had not begun yet
  }
  if (task.run) {
    end_lost_run(task);
  }
  if (task.needless && !array.file.pilots) {
    scheduler_->cancel(*array.file.job, {task.index});  // there is no next attempt
  }
}

void Inquiry::end_lost_run(TaskLink& task) {
  Ended lost = verdict_of_unknown(*task.run, task.called_off.has_value());
  if (lost.outcome == RunOutcome::lost) {
    lost.cause = LostCause::preempted;
    lost.reason = "Slurm requeued its job";
  }
  lost.at = task.held ? task.held->at : wall_clock();
  task.needless = lost.outcome != RunOutcome::lost;
  roster_->end(std::move(lost));
}

void Inquiry::tell_reason(const JobTask& seen) {
  const std::string hint = advice(seen.reason);
  if (!hint.empty() && told_reasons_.insert(seen.reason).second) {
    roster_->note("job " + std::to_string(seen.array) + " waits (" + seen.reason + "): " + hint);
  }
}

}  // namespace diwan::slurm
