// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/submissions.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <random>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "driver/launchers/slurm/manifest.hpp"
#include "driver/launchers/slurm/script_job.hpp"
#include "driver/launchers/slurm/task_script.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan::slurm {
namespace {

using std::chrono::steady_clock;

/// From one array to the next; what becomes due meanwhile is in it.
constexpr std::chrono::milliseconds submission_pause{100};
constexpr int most_failed_pilots = 5;

/// Identifies this experiment's jobs among all of the user's.
std::string drawn_key() {
  std::random_device device;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string key;
  for (int i = 0; i < 16; ++i) {
    key.push_back(digits[device() % digits.size()]);
  }
  return key;
}

/// Of a job's comment: "diwan KEY N".
std::string key_of(const std::string& comment) {
  const std::size_t begin = comment.find(' ');
  const std::size_t end = comment.find(' ', begin + 1);
  return begin == std::string::npos || end == std::string::npos
             ? std::string{}
             : comment.substr(begin + 1, end - begin - 1);
}

std::string in_words(const Refused& answer) {
  const bool no_plugin = answer.text.find("diwan-experiment") != std::string::npos;
  const std::string mend =
      no_plugin ? "; slurm.script needs Diwan's SPANK plugin, which this cluster has not: give "
                  "command instead"
      : answer.field.empty() ? ""
                             : "; " + mend_of(answer.field);
  return "Slurm does not take the trials' jobs: " + answer.text + mend;
}

}  // namespace

Submissions::Submissions(const RunSettings& settings, SlurmLauncherOptions options,
                         std::filesystem::path program, Roster& roster, WriteTrouble& trouble,
                         Scheduler& scheduler, AskClock& ask_clock, const Sweep& sweep)
    : settings_{&settings},
      options_{std::move(options)},
      program_{std::move(program)},
      roster_{&roster},
      trouble_{&trouble},
      scheduler_{&scheduler},
      ask_clock_{&ask_clock},
      sweep_{&sweep},
      allowance_{scheduler, roster} {}

void Submissions::adopt_key(const std::string& comment) {
  key_ = key_.empty() ? key_of(comment) : key_;
}

void Submissions::adopt(Array& array) {
  adopt_key(array.file.comment);
  if (array.file.job) {
    return;
  }
  if (!array.file.offered) {
    array.search_at = steady_clock::now();
  } else if (!std::ranges::all_of(array.tasks, &TaskLink::over)) {
    offer(array);
  }
}

void Submissions::carry_on(SteadyTime present) {
  allowance_.ask(present);
  if (trouble_->is_time(present)) {
    hand_out(present);
  }
  const std::uint32_t most_tasks = allowance_.tasks(present);
  const bool is_submitting = std::ranges::any_of(
      roster_->arrays(), [](const Array& array) { return array.submission.has_value(); });
  const bool is_offered = options_.offer && !roster_->arrays().empty();
  if (!refused_ && !roster_->due().empty() && most_tasks > 0 && !is_submitting && !is_offered &&
      trouble_->is_time(present)) {
    if (options_.pilots > 0) {
      submit_pilots(most_tasks);
    } else if (present >= submitted_at_ + submission_pause) {
      submit_array(most_tasks);
    }
  }
  search_lost(present);
}

// Tasks that are there.

void Submissions::hand_out(SteadyTime present) {
  for (std::size_t place = 0; place < roster_->due().size();) {
    const Launch& launch = roster_->due()[place];
    TaskLink* task = taker_of(launch);
    if (task == nullptr) {
      ++place;
      continue;
    }
    task->inbox.add(encode(Start{launch, 0}));
    trouble_->attempt([&] { task->inbox.write(); });
    task->last_sign = present;
    roster_->hand_out(place, *task);
  }
}

/// A task that is there and free: a pilot, or the requeued task of the same trial.
TaskLink* Submissions::taker_of(const Launch& launch) {
  for (Array& array : roster_->arrays()) {
    for (TaskLink& task : array.tasks) {
      const bool takes = array.file.pilots ? options_.pilots > 0 && task.takes_any()
                                           : !array.file.script && task.takes_next() &&
                                                 task.trial == launch.run.trial;
      if (takes) {
        return &task;
      }
    }
  }
  return nullptr;
}

// New arrays.

void Submissions::submit_array(std::uint32_t most_tasks) {
  const std::deque<Launch>& due = roster_->due();
  const std::size_t count = std::min<std::size_t>(due.size(), most_tasks);
  const std::vector<Launch> launches{due.begin(), due.begin() + static_cast<std::ptrdiff_t>(count)};
  Array* array = new_array(launches, static_cast<std::uint32_t>(count), false);
  if (array == nullptr) {
    return;
  }
  for (TaskLink& task : array->tasks) {
    roster_->hand_out(0, task);
  }
  if (array->file.offered) {
    offer(*array);
  } else {
    send(*array);
  }
}

void Submissions::submit_pilots(std::uint32_t most_tasks) {
  if (sweep_->failed_pilots() > most_failed_pilots) {
    throw std::runtime_error{"the pilots end as soon as they begin; see what they said in " +
                             (arrays_directory(settings_->directory) / "*" / "output.*").native() +
                             " and whether every node sees " + program_.native()};
  }
  std::uint32_t there = 0;
  for (const Array& array : roster_->arrays()) {
    for (const TaskLink& task : array.tasks) {
      there += array.file.pilots && !task.over && !task.leaving && !task.over_since ? 1 : 0;
    }
  }
  const auto working = static_cast<std::uint32_t>(roster_->runs());
  const std::uint32_t wanted = std::min(options_.pilots, std::max(working, 1U));
  if (there < wanted) {
    if (Array* array = new_array({}, std::min(wanted - there, most_tasks), true)) {
      send(*array);
    }
  }
}

/// Null where it cannot be written.
Array* Submissions::new_array(const std::vector<Launch>& launches, std::uint32_t tasks,
                              bool pilots) {
  if (key_.empty()) {
    key_ = drawn_key();
  }
  std::optional<std::uint32_t> number;
  JobFile file;
  const bool written = trouble_->attempt([&] {
    number = make_array_directory(settings_->directory);
    file = write_array(*number, launches, tasks, pilots);
  });
  if (!written) {
    if (number) {
      std::error_code none;
      std::filesystem::remove_all(array_directory(settings_->directory, *number), none);
    }
    return nullptr;
  }
  trouble_->went();
  return &roster_->add_array(*number, std::move(file));
}

JobFile Submissions::write_array(std::uint32_t number, const std::vector<Launch>& launches,
                                 std::uint32_t tasks, bool pilots) {
  const std::filesystem::path directory = array_directory(settings_->directory, number);
  write_launch_file(launches_path(directory), *settings_, launches);
  const bool script = !options_.script.empty();
  if (script) {
    check_script_settings(*settings_);
    continue_checkpoints(*settings_, launches);
    write_manifest(directory / "manifest", *settings_, launches);
  }
  JobFile file{.comment = "diwan " + key_ + " " + std::to_string(number),
               .job = {},
               .tasks = tasks,
               .pilots = pilots,
               .script = script,
               .offered = script && options_.offer};
  write_job_file(directory, file);
  return file;
}

void Submissions::send(Array& array) {
  JobRequest request = options_.job;
  request.name = settings_->experiment;
  request.comment = array.file.comment;
  request.tasks = array.file.tasks;
  request.output = (array.directory / "output.%a").native();
  if (array.file.script) {
    request.working_directory = roster_->handed_out(*array.tasks.front().run).working_directory;
    request = script_job(std::move(request), options_.script, array.directory);
  } else {
    request.working_directory = settings_->directory;
    request.script =
        task_script(program_, array.directory, array.file.pilots, options_.job.time_limit);
    request.variables = watch_variables(array.directory);
  }
  array.submission = scheduler_->submit(request);
  submitted_at_ = steady_clock::now();
}

void Submissions::offer(const Array& array) {
  roster_->note("trials to be submitted (" + std::to_string(array.file.tasks) +
                "): " + script_command(options_.script, array.directory, array.file.tasks));
}

/// An array that Slurm did not take: its runs are due again.
void Submissions::withdraw(Array& array) {
  for (std::size_t i = array.tasks.size(); i-- > 0;) {  // each comes before all others
    if (array.tasks[i].run) {
      roster_->take_back(*array.tasks[i].run);
    }
  }
  withdraw_array(array.directory);
  roster_->drop(array);
}

// What becomes of them.

void Submissions::know_job(Array& array, std::uint32_t job) {
  array.file.job = job;
  array.search_at.reset();
  // Until it is written a later coordinator finds the job by its comment.
  array.unsaved = !trouble_->attempt([&] { write_job_file(array.directory, array.file); });
  for (TaskLink& task : array.tasks) {
    if (task.called_off && !task.hello) {
      scheduler_->cancel(job, {task.index});
    }
  }
  ask_clock_->hurry(steady_clock::now());
}

void Submissions::hear_of_jobs() {
  for (Array& array : roster_->arrays()) {
    if (array.heard_job && !array.file.job) {
      know_job(array, *array.heard_job);
    }
  }
}

void Submissions::search_lost(SteadyTime present) {
  for (Array& array : roster_->arrays()) {
    if (array.search_at && !array.search && present >= *array.search_at) {
      array.search = scheduler_->find({array.file.comment});
      array.search_at.reset();
    }
  }
}

void Submissions::take(const Submitted& answer) {
  if (Array* array = roster_->asked_by(&Array::submission, answer.question)) {
    array->submission.reset();
    allowance_.granted();
    know_job(*array, answer.job);
  }
}

void Submissions::take(const Found& answer) {
  Array* array = roster_->asked_by(&Array::search, answer.question);
  if (array == nullptr) {
    return;
  }
  array->search.reset();
  const auto found = std::ranges::find_if(
      answer.jobs, [&](const auto& job) { return job.first == array->file.comment; });
  if (found != answer.jobs.end()) {
    roster_->note("job " + std::to_string(found->second) +
                  ", submitted before this run, is adopted");
    know_job(*array, found->second);
  } else if (std::ranges::none_of(array->tasks, &TaskLink::hello)) {
    withdraw(*array);
  }
}

void Submissions::take(const Refused& answer, SteadyTime present) {
  try {
    allowance_.take(answer, present);
    if (Array* array = roster_->asked_by(&Array::search, answer.question)) {
      array->search.reset();
      array->search_at = allowance_.next_try(present);
    }
    if (Array* array = roster_->asked_by(&Array::submission, answer.question)) {
      submission_refused(*array, answer, present);
    }
  } catch (const LaunchRefused&) {
    refused_ = true;
    throw;
  }
}

void Submissions::submission_refused(Array& array, const Refused& answer, SteadyTime present) {
  array.submission.reset();
  switch (answer.kind) {
    case Refused::Kind::away:
      array.search_at = allowance_.away(answer.text, present);
      return;
    case Refused::Kind::busy:
      allowance_.refused(array.file.tasks, answer.text, present);
      withdraw(array);
      return;
    case Refused::Kind::forbidden:
    case Refused::Kind::gone:
      if (answer.field == "tasks" && array.file.tasks > 1) {
        allowance_.refused_length(array.file.tasks, present);
        withdraw(array);
        return;
      }
      break;
  }
  withdraw(array);
  throw LaunchRefused{in_words(answer)};
}

}  // namespace diwan::slurm
