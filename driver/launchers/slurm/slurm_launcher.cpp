// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/slurm_launcher.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "driver/core/counted.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/ask_clock.hpp"
#include "driver/launchers/slurm/call_off.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/inquiry.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "driver/launchers/slurm/roster.hpp"
#include "driver/launchers/slurm/script_job.hpp"
#include "driver/launchers/slurm/submissions.hpp"
#include "driver/launchers/slurm/sweep.hpp"
#include "driver/launchers/slurm/verdict.hpp"
#include "driver/launchers/slurm/waits.hpp"
#include "driver/launchers/slurm/write_trouble.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Without pilots Slurm's own limits say how many run at a time.
constexpr std::uint32_t many = 10000;
constexpr std::uint32_t katibs_parallel = 3;
/// So long after the grace time Slurm ends a task that was called off.
constexpr std::chrono::seconds kill_margin{10};
constexpr Sweep::Duration longest_sweep_pause = 500ms;
constexpr Sweep::Duration longest_pilot_sweep_pause = 50ms;
constexpr milliseconds longest_farewell{15000};
/// Of the process of a task, once its run has ended.
constexpr milliseconds longest_leaving{2000};
constexpr milliseconds leaving_look_pause{10};

class SlurmLauncher final : public Launcher {
 public:
  SlurmLauncher(RunSettings settings, std::unique_ptr<Scheduler> scheduler,
                std::filesystem::path program, const SlurmLauncherOptions& options);
  ~SlurmLauncher() override;
  SlurmLauncher(const SlurmLauncher&) = delete;
  SlurmLauncher& operator=(const SlurmLauncher&) = delete;

  std::string_view name() const override { return "slurm"; }
  std::string where() const override {
    return pilots_ == 0 ? "as jobs of Slurm" : "in " + counted(pilots_, "job") + " of Slurm";
  }
  std::uint32_t capacity() const override { return pilots_ == 0 ? many : pilots_; }
  std::uint32_t default_parallel() const override {
    return pilots_ == 0 ? katibs_parallel : pilots_;
  }
  bool runs_outlive_us() const override { return true; }
  std::string summary() const override;
  void submit(std::span<const Launch> launches) override;
  void cancel(std::span<const RunKey> runs, bool now) override;
  std::vector<Report> poll(std::chrono::microseconds patience) override;
  std::vector<Notice> notices() override { return roster_.take_notices(); }
  std::optional<Waits> waits() override;
  int wake_descriptor() const override { return scheduler_->descriptor(); }
  std::chrono::microseconds longest_sleep() override;
  void set_grace(milliseconds grace) override;

 private:
  void load(std::uint32_t number);
  void load_task(Array& array, TaskLink& task);
  void adopt(RunKey run, const TaskIdentity& owner);
  void take(Answer& answer, SteadyTime present);
  void write_what_waits(SteadyTime present);
  void retire_arrays(SteadyTime present);
  void dismiss_idle_tasks();
  void see_tasks_off();
  void wait(std::chrono::microseconds patience) const;

  RunSettings settings_;
  std::unique_ptr<Scheduler> scheduler_;
  std::uint32_t pilots_;
  Roster roster_;
  WriteTrouble trouble_;
  AskClock ask_clock_;
  Sweep sweep_;
  Inquiry inquiry_;
  Submissions submissions_;
  /// Of its jobs, or why it is given none, since waits() was asked. What it said before does not
  /// become new by a question that it leaves unanswered.
  std::optional<Time> slurm_spoke_;
};

SlurmLauncher::SlurmLauncher(RunSettings settings, std::unique_ptr<Scheduler> scheduler,
                             std::filesystem::path program, const SlurmLauncherOptions& options)
    : settings_{std::move(settings)},
      scheduler_{std::move(scheduler)},
      pilots_{options.pilots},
      roster_{settings_},
      trouble_{roster_},
      ask_clock_{static_cast<unsigned>(getpid())},
      sweep_{settings_,  roster_,
             trouble_,   *scheduler_,
             ask_clock_, pilots_ > 0 ? longest_pilot_sweep_pause : longest_sweep_pause},
      inquiry_{settings_, roster_, *scheduler_, ask_clock_, sweep_},
      submissions_{settings_, options,     std::move(program), roster_,
                   trouble_,  *scheduler_, ask_clock_,         sweep_} {
  for (const std::uint32_t number : known_arrays(settings_.directory)) {
    load(number);
  }
  sweep_.run();
  submissions_.hear_of_jobs();
}

SlurmLauncher::~SlurmLauncher() {
  try {
    dismiss_idle_tasks();
    see_tasks_off();
  } catch (const std::exception&) {
    // They leave by themselves when nothing comes for a while.
  }
}

// What earlier coordinators left.

void SlurmLauncher::load(std::uint32_t number) {
  const std::filesystem::path directory = array_directory(settings_.directory, number);
  std::optional<JobFile> file;
  try {
    file = read_job_file(directory);
  } catch (const JobFileError& error) {
    throw std::runtime_error{std::string{error.what()} +
                             "; it says which Slurm job may be running trials, so that nothing is "
                             "started without it"};
  }
  if (!file) {
    std::error_code none;
    std::filesystem::remove_all(directory, none);  // it was never submitted
    return;
  }
  submissions_.adopt_key(file->comment);
  if (file->over) {
    return;
  }
  std::vector<RunKey> rows;
  try {
    rows = read_runs(launches_path(directory));
  } catch (const LaunchFileError& error) {
    if (file->job) {
      throw std::runtime_error{
          std::string{error.what()} + "; what its tasks run is not known: end them (`scancel " +
          std::to_string(*file->job) + "`), remove " + directory.native() + ", and start again"};
    }
    roster_.note(std::string{error.what()} + "; what its tasks run is lost");
    return;
  }
  Array& array = roster_.add_array(number, *file);
  if (array.scripts) {
    array.scripts->hear();
  }
  for (TaskLink& task : array.tasks) {
    if (task.index < rows.size()) {
      roster_.give(task, rows[task.index]);
    }
    load_task(array, task);
  }
  submissions_.adopt(array);
}

void SlurmLauncher::load_task(Array& array, TaskLink& task) {
  task.last_sign = steady_clock::now();
  sweep_.read_up_to(array, task, last_of(array.directory, "spool", task.index).value_or(0));
  if (!array.file.job && array.file.offered && task.run &&
      is_called_off(array.directory, task.index)) {
    roster_.end(verdict_of_unknown(*task.run, true));
    task.over = true;
  }
}

/// A run that some task has claimed.
void SlurmLauncher::adopt(RunKey run, const TaskIdentity& owner) {
  if (TaskLink* task = roster_.task_of(owner);
      task != nullptr && (!task->run || task->run == run)) {
    roster_.give(*task, run);
    return;
  }
  Ended ended = verdict_of_unknown(run, false);
  ended.reason = "task " + slurm::to_string(owner) + ", which ran it, is over";
  roster_.end(std::move(ended));
}

// What is wished.

std::string SlurmLauncher::summary() const {
  const std::uint64_t requests = scheduler_->requests();
  return "slurmctld was asked " + (requests == 1 ? "once" : std::to_string(requests) + " times");
}

void SlurmLauncher::submit(std::span<const Launch> launches) {
  for (const Launch& launch : launches) {
    if (roster_.knows(launch.run)) {
      roster_.remember(launch);  // adopted: what its task says is told as it comes
      continue;
    }
    if (const auto owner = read_claim(settings_.directory, launch.run)) {
      adopt(launch.run, *owner);
    } else {
      roster_.make_due(launch);
    }
  }
}

void SlurmLauncher::cancel(std::span<const RunKey> runs, bool now) {
  const SteadyTime present = steady_clock::now();
  std::map<std::uint32_t, std::vector<std::uint32_t>> waiting;  // tasks by job
  for (const RunKey run : runs) {
    if (!roster_.knows(run)) {
      continue;
    }
    TaskLink* task = roster_.holder(run);
    if (task == nullptr) {
      roster_.end(verdict_of_unknown(run, true));
      continue;
    }
    const Array& array = *task->array;
    bool taken = false;
    trouble_.attempt([&] { taken = array.file.offered && take_row(array.directory, task->index); });
    if (taken) {
      roster_.end(verdict_of_unknown(run, true));
      task->over = true;
      continue;
    }
    task->called_off = TaskLink::CalledOff{
        .kill_at = present + (now ? milliseconds{0} : settings_.grace) + kill_margin};
    task->inbox.add(encode(CancelRun{run, now}));
    trouble_.attempt([&] { task->inbox.write(); });
    if (!array.file.job) {
      continue;  // its task finds the word in its inbox, or is cancelled once its job is known
    }
    if (task->hello && !array.file.script) {
      scheduler_->signal(*array.file.job, task->index, SIGUSR1);
    } else {
      waiting[*array.file.job].push_back(task->index);
    }
  }
  for (const auto& [job, tasks] : waiting) {
    scheduler_->cancel(job, tasks);
  }
  ask_clock_.hurry(present);
}

void SlurmLauncher::set_grace(milliseconds grace) {
  settings_.grace = grace;
  for (Array& array : roster_.arrays()) {
    for (TaskLink& task : array.tasks) {
      if (task.run) {
        task.inbox.add(encode(SetGrace{grace}));
        trouble_.attempt([&] { task.inbox.write(); });
      }
    }
  }
}

// What comes.

std::vector<Report> SlurmLauncher::poll(std::chrono::microseconds patience) {
  wait(patience);
  for (Answer& answer : scheduler_->answers()) {
    take(answer, steady_clock::now());
  }
  const SteadyTime present = steady_clock::now();
  if (present >= sweep_.next()) {
    sweep_.run();
    submissions_.hear_of_jobs();
  }
  write_what_waits(present);
  submissions_.carry_on(present);
  inquiry_.ask(present);
  retire_arrays(present);
  return roster_.take_reports();
}

void SlurmLauncher::take(Answer& answer, SteadyTime present) {
  if (auto* refused = std::get_if<Refused>(&answer)) {
    inquiry_.take(*refused, present);
    submissions_.take(*refused, present);
    if (!submissions_.hindrance().empty()) {
      slurm_spoke_ = wall_clock();
    }
  } else if (auto* jobs = std::get_if<Jobs>(&answer)) {
    inquiry_.take(*jobs, present);
    submissions_.slurm_answers();
    slurm_spoke_ = wall_clock();
  } else if (auto* remark = std::get_if<Remark>(&answer)) {
    roster_.note(std::move(remark->text));
  } else {
    std::visit(
        [this](auto& value) {
          if constexpr (requires { submissions_.take(value); }) {
            submissions_.take(value);
          }
        },
        answer);
  }
}

std::optional<Waits> SlurmLauncher::waits() {
  if (!slurm_spoke_) {
    return std::nullopt;
  }
  return Waits{.at = *std::exchange(slurm_spoke_, std::nullopt),
               .groups = waits_of(roster_, submissions_.hindrance())};
}

/// What could not be written before.
void SlurmLauncher::write_what_waits(SteadyTime present) {
  if (trouble_.is_over() || !trouble_.is_time(present)) {
    return;
  }
  bool went = false;
  for (Array& array : roster_.arrays()) {
    if (array.unsaved) {
      array.unsaved = !trouble_.attempt([&] { write_job_file(array.directory, array.file); });
      went = went || !array.unsaved;
    }
    for (TaskLink& task : array.tasks) {
      if (!task.over && !task.inbox.written()) {
        went = trouble_.attempt([&] { task.inbox.write(); }) || went;
      }
    }
  }
  if (went && trouble_.is_time(present)) {
    trouble_.went();
  }
}

std::chrono::microseconds SlurmLauncher::longest_sleep() {
  return std::max(std::chrono::ceil<std::chrono::microseconds>(sweep_.next() - steady_clock::now()),
                  std::chrono::microseconds{0});
}

void SlurmLauncher::wait(std::chrono::microseconds patience) const {
  if (patience.count() == 0) {
    return;
  }
  pollfd entry{.fd = scheduler_->descriptor(), .events = POLLIN, .revents = 0};
  const auto until = std::min<std::chrono::nanoseconds>(
      patience, std::max<Sweep::Duration>(sweep_.next() - steady_clock::now(), Sweep::Duration{0}));
  const auto whole = std::chrono::floor<std::chrono::seconds>(until);
  const timespec limit{.tv_sec = whole.count(), .tv_nsec = (until - whole).count()};
  ppoll(&entry, 1, &limit, nullptr);
}

// What is over.

void SlurmLauncher::retire_arrays(SteadyTime present) {
  if (!trouble_.is_time(present)) {
    return;
  }
  for (auto array = roster_.arrays().begin(); array != roster_.arrays().end();) {
    Array& candidate = *array++;
    if (candidate.submission || candidate.search || candidate.search_at ||
        !std::ranges::all_of(candidate.tasks, &TaskLink::over)) {
      continue;
    }
    candidate.file.over = true;
    if (trouble_.attempt([&] { write_job_file(candidate.directory, candidate.file); })) {
      trouble_.went();
      clear_array(candidate.directory);
      roster_.drop(candidate);
    }
  }
}

/// Pilots, and requeued tasks whose next attempt did not come. Those that do not run are taken out
/// of Slurm's queue; a scheduler that is left before it has answered has done nothing.
void SlurmLauncher::dismiss_idle_tasks() {
  std::set<std::uint64_t> open;
  for (Array& array : roster_.arrays()) {
    std::vector<std::uint32_t> idle;
    for (TaskLink& task : array.tasks) {
      if (array.file.pilots ? !task.over && !task.run : task.takes_next()) {
        task.inbox.add(encode(Shutdown{}));
        trouble_.attempt([&] { task.inbox.write(); });
        if (!task.hello) {
          idle.push_back(task.index);
        }
      }
    }
    if (!idle.empty() && array.file.job) {
      open.insert(scheduler_->cancel(*array.file.job, idle));
    }
  }
  wait_for_answers(std::move(open), *scheduler_, longest_farewell);
}

/// The processes of the last tasks leave a moment after their runs' ends: until then their arrays
/// cannot be cleared.
void SlurmLauncher::see_tasks_off() {
  const SteadyTime deadline = steady_clock::now() + longest_leaving;
  const auto leaves = [](const Array& array) { return !array.file.pilots && !array.file.offered; };
  while (roster_.runs() == 0 && std::ranges::any_of(roster_.arrays(), leaves) &&
         steady_clock::now() < deadline) {
    std::this_thread::sleep_for(leaving_look_pause);
    sweep_.run();
    retire_arrays(steady_clock::now());
  }
}

}  // namespace

std::unique_ptr<Launcher> make_slurm_launcher(const RunSettings& settings,
                                              std::unique_ptr<Scheduler> scheduler,
                                              const std::filesystem::path& program,
                                              const SlurmLauncherOptions& options) {
  return std::make_unique<SlurmLauncher>(settings, std::move(scheduler), program, options);
}

}  // namespace diwan::slurm
