// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/sweep.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/last_word.hpp"
#include "driver/launchers/slurm/verdict.hpp"

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// While nothing comes each pause is an eighth longer: an end is heard after a tenth of the time
/// that the runs took, on average half of it.
constexpr Sweep::Duration shortest_pause = 2ms;
constexpr Sweep::Duration longest_idle_pause = 500ms;
/// Of our time, a sweep may take one part in so many.
constexpr int share = 10;
/// A task that Slurm says is over may have written what has not come to this host yet.
constexpr std::chrono::milliseconds settle_pause{3000};
/// A run whose task shows no sign of life for so long makes us ask Slurm.
constexpr std::chrono::seconds silence{20};
/// A task that Slurm says is running and that never said anything is ended after so long.
constexpr std::chrono::seconds longest_birth{150};
/// So many runs of a trial in a row may be taken back from tasks that never began them.
constexpr int most_unbegun = 3;

}  // namespace

void Sweep::run() {
  const SteadyTime begin = steady_clock::now();
  bool news = false;
  for (Array& array : roster_->arrays()) {
    if (array.scripts) {
      trouble_->attempt([&] { array.scripts->hear(); });
    }
    const std::vector<TaskEvent> seen =
        array.scripts ? std::vector<TaskEvent>{} : array.events.read();
    for (TaskLink& task : array.tasks) {
      if (!task.over) {
        news = read(array, task) || news;
        look_after(array, task, begin);
      }
    }
    for (const TaskEvent& event : seen) {
      take(array, event);
    }
  }
  const SteadyTime end = steady_clock::now();
  const Duration longest = roster_->runs() > 0 ? longest_pause_ : longest_idle_pause;
  pause_ = news ? shortest_pause : std::min(std::max(pause_, shortest_pause) * 9 / 8, longest);
  next_ = end + std::max(pause_, (end - begin) * share);
}

// What tasks say.

bool Sweep::read(Array& array, TaskLink& task) {
  const std::vector<SpoolRecord> records = task.spool.read();
  if (task.spool.changed()) {
    task.last_sign = steady_clock::now();
  }
  for (const SpoolRecord& record : records) {
    take(array, task, record);
  }
  return !records.empty();
}

void Sweep::read_up_to(Array& array, TaskLink& task, std::uint32_t restarts) {
  while (task.restarts < restarts) {
    read(array, task);
    task.follow(task.restarts + 1);
  }
}

void Sweep::take(Array& array, TaskLink& task, const SpoolRecord& record) {
  switch (record.kind) {
    case SpoolKind::hello:
      task.hello = true;
      task.absences = 0;
      if (const auto identity = parse_identity(record.body)) {
        array.heard_job = identity->job;
      }
      return;
    case SpoolKind::leaving:
      task.leaving = true;
      task.waits_for_slurm = record.body == told_by_slurm;
      if (task.waits_for_slurm) {
        ask_clock_->hurry(steady_clock::now());
      }
      return;
    case SpoolKind::frames:
      break;
  }
  std::string_view rest = record.body;
  try {
    while (const std::optional<std::string_view> frame = next_frame(rest)) {
      Message message = decode(*frame);
      std::visit(
          [&](auto& value) {
            if constexpr (requires { take(task, value); }) {
              take(task, value);
            }
          },
          message);
    }
  } catch (const ProtocolError& error) {
    roster_->note(task.spool.path().native() + ": " + error.what());
  }
}

/// The plugin saw the process of a task end. Where that did not say how its run ended (it was
/// killed), Slurm knows.
void Sweep::take(const Array& array, const TaskEvent& event) {
  if (event.kind != TaskEvent::Kind::ended || event.array != array.file.job ||
      event.task >= array.tasks.size()) {
    return;
  }
  const TaskLink& task = array.tasks[event.task];
  if (task.run && task.restarts == event.restarts) {
    ask_clock_->hurry(steady_clock::now());
  }
}

void Sweep::take(TaskLink& task, Started& started) {
  if (!roster_->knows(started.run)) {
    roster_->give(task, started.run);  // by an earlier coordinator, through its inbox
  }
  task.needless = false;
  failed_pilots_ = 0;
  unbegun_.erase(started.run.trial);
  roster_->report(std::move(started));
}

void Sweep::take(TaskLink& /*task*/, Observed& observed) { roster_->report(std::move(observed)); }

void Sweep::take(TaskLink& task, Ended& ended) {
  task.needless = ended.outcome != RunOutcome::lost;
  if (ended.outcome == RunOutcome::lost && ended.cause == LostCause::unknown && task.run) {
    task.held = std::move(ended);
    ask_clock_->hurry(steady_clock::now());
    return;
  }
  roster_->end(std::move(ended));
}

void Sweep::take(TaskLink& /*task*/, Notice& notice) { roster_->note(std::move(notice.text)); }

// What time alone brings about.

void Sweep::look_after(Array& array, TaskLink& task, SteadyTime present) {
  if (task.over_since && present >= *task.over_since + settle_pause) {
    bury(array, task);
    return;
  }
  if (!task.run && task.leaving && !task.waits_for_slurm && !array.file.pilots) {
    task.over = true;  // its process has nothing more to say
    return;
  }
  if (task.called_off && !task.called_off->killed && present >= task.called_off->kill_at &&
      array.file.job) {
    task.called_off->killed = true;
    end_by_slurm(array, task);
  }
  if (task.is_in(JobState::running) && !task.over_since) {
    look_for_life(array, task, present);
  }
}

void Sweep::look_for_life(const Array& array, TaskLink& task, SteadyTime present) {
  if (!task.hello && present >= task.last_sign + longest_birth && array.file.job) {
    roster_->note("task " + std::to_string(*array.file.job) + "_" + std::to_string(task.index) +
                  " is running, as Slurm says, and has said nothing; ending it");
    task.last_sign = present;
    task.ended_here = true;
    end_by_slurm(array, task);
  } else if (task.hello && !array.file.script && present >= task.last_sign + silence) {
    task.last_sign = present;
    ask_clock_->hurry(present);
  }
}

void Sweep::end_by_slurm(const Array& array, const TaskLink& task) {
  scheduler_->cancel(*array.file.job, {task.index});
  ask_clock_->hurry(steady_clock::now());
}

/// The task is over, and what it said has come.
void Sweep::bury(Array& array, TaskLink& task) {
  task.over = true;
  if (array.file.pilots && !task.leaving) {
    ++failed_pilots_;
  }
  if (array.scripts && task.seen && (task.seen->exit_code || task.seen->signal)) {
    trouble_->attempt([&] {
      array.scripts->conclude(
          task.index, (task.seen->exit_code.value_or(0) << 8) | task.seen->signal.value_or(0));
    });
    read(array, task);
  }
  if (task.run) {
    bury_run(array, task, *task.run);
  }
}

void Sweep::bury_run(Array& array, TaskLink& task, RunKey run) {
  const std::optional<TaskIdentity> owner = read_claim(settings_->directory, run);
  const bool ours = owner && array.file.job == owner->job && owner->task == task.index;
  if (owner && !ours) {
    task.run.reset();  // another task was before this one, and will say how it ended
    if (TaskLink* claimer = roster_->task_of(*owner)) {
      roster_->give(*claimer, run);
    } else {
      roster_->end(verdict_of_unknown(run, false));
    }
    return;
  }
  Ended word = last_word(array, task, run);
  if (!owner && goes_back(array, task, word)) {
    task.run.reset();
    roster_->take_back(run);
    return;
  }
  roster_->end(std::move(word));
}

/// Nobody has claimed the run, so that nothing of it ran: a pilot left before it had read of it, or
/// the task ended before it could begin (its disk was full, its node does not see the program). Of
/// a user's own script the claim is made here, and proves nothing.
bool Sweep::goes_back(Array& array, const TaskLink& task, const Ended& word) {
  if (task.called_off || array.scripts) {
    return false;
  }
  if (array.file.pilots) {
    return true;
  }
  const bool by_others = task.is_in(JobState::cancelled) && !task.ended_here;
  if (word.outcome != RunOutcome::lost || word.cause != LostCause::unknown || by_others ||
      ++unbegun_[word.run.trial] > most_unbegun) {
    return false;
  }
  if (!std::exchange(array.told_unbegun, true)) {
    roster_->note("a task of job " + (array.file.job ? std::to_string(*array.file.job) : "?") +
                  " ended before it had begun its trial, which goes again without the loss of an "
                  "attempt; see " +
                  (array.directory / "output.*").native());
  }
  return true;
}

}  // namespace diwan::slurm
