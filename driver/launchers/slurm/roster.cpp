// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/roster.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/verdict.hpp"

namespace diwan::slurm {

Array& Roster::add_array(std::uint32_t number, JobFile file) {
  Array& array = arrays_.emplace_back();
  array.directory = array_directory(settings_->directory, number);
  array.file = std::move(file);
  array.events = EventFileReader{array.directory / "events"};
  if (array.file.script) {
    array.scripts = std::make_unique<ScriptTasks>(*settings_, array.directory);
  }
  for (std::uint32_t i = 0; i < array.file.tasks; ++i) {
    array.tasks.emplace_back(array, array.directory, i);
  }
  return array;
}

void Roster::drop(const Array& array) {
  arrays_.remove_if([&](const Array& other) { return &other == &array; });
}

Array* Roster::asked_by(std::optional<std::uint64_t> Array::*question, std::uint64_t number) {
  const auto found =
      std::ranges::find_if(arrays_, [&](const Array& array) { return array.*question == number; });
  return found == arrays_.end() ? nullptr : &*found;
}

TaskLink* Roster::task_of(const TaskIdentity& identity) {
  for (Array& array : arrays_) {
    if (array.file.job == identity.job && identity.task < array.tasks.size() &&
        !array.tasks[identity.task].over) {
      return &array.tasks[identity.task];
    }
  }
  return nullptr;
}

TaskLink* Roster::holder(RunKey run) const {
  const auto found = runs_.find(run);
  return found == runs_.end() ? nullptr : found->second;
}

void Roster::give(TaskLink& task, RunKey run) {
  task.run = run;
  task.trial = run.trial;
  runs_[run] = &task;
}

void Roster::make_due(const Launch& launch) {
  runs_[launch.run] = nullptr;
  due_.push_back(launch);
}

void Roster::hand_out(std::size_t place, TaskLink& task) {
  const auto launch = std::next(due_.begin(), static_cast<std::ptrdiff_t>(place));
  give(task, launch->run);
  launched_[launch->run] = std::move(*launch);
  due_.erase(launch);
}

void Roster::take_back(RunKey run) {
  const auto kept = launched_.find(run);
  if (kept == launched_.end()) {
    end(verdict_of_unknown(run, false));
    return;
  }
  runs_[run] = nullptr;
  due_.push_front(kept->second);
}

void Roster::end(Ended ended) {
  if (const auto found = runs_.find(ended.run); found != runs_.end()) {
    if (TaskLink* task = found->second; task == nullptr) {
      std::erase_if(due_, [&](const Launch& launch) { return launch.run == ended.run; });
    } else if (task->run == ended.run) {
      task->run.reset();
      task->held.reset();
      task->called_off.reset();
    }
    runs_.erase(found);
  }
  launched_.erase(ended.run);
  report(std::move(ended));
}

}  // namespace diwan::slurm
