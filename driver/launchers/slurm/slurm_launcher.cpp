// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/slurm_launcher.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <deque>
#include <list>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/ask_clock.hpp"
#include "driver/launchers/slurm/call_off.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "driver/launchers/slurm/manifest.hpp"
#include "driver/launchers/slurm/script_job.hpp"
#include "driver/launchers/slurm/task_link.hpp"
#include "driver/launchers/slurm/task_script.hpp"
#include "driver/launchers/slurm/verdict.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Duration = SteadyTime::duration;

/// Launches wait so long for others, to become one array.
constexpr milliseconds company_pause{100};
/// Spools are read so often while something comes, and ever more seldom down to the second.
constexpr Duration shortest_sweep_pause = 2ms;
constexpr Duration longest_sweep_pause = 500ms;
constexpr Duration longest_pilot_sweep_pause = 50ms;
/// Of our time, a sweep may take one part in so many.
constexpr int sweep_share = 10;
/// A task that Slurm says is over may have written what has not come to this host yet.
constexpr milliseconds settle_pause{3000};
/// A run whose task shows no sign of life for so long makes us ask Slurm.
constexpr std::chrono::seconds silence{20};
/// A task that Slurm says is running and that never said anything is ended after so long.
constexpr std::chrono::seconds longest_birth{150};
constexpr Duration longest_ask_pause = 60s;
constexpr Duration longest_waiting_ask_pause = 30s;
/// So long after the grace time Slurm ends a task that was called off.
constexpr std::chrono::seconds kill_margin{10};
constexpr Duration shortest_retry_pause = 5s;
constexpr Duration longest_retry_pause = 60s;
/// Without pilots Slurm's own limits say how many run at a time.
constexpr std::uint32_t many = 10000;
constexpr std::uint32_t default_max_array_size = 1001;
constexpr std::uint32_t katibs_parallel = 3;
constexpr int most_failed_pilots = 5;
constexpr milliseconds longest_farewell{15000};
/// Of the process of a task, once its run has ended.
constexpr milliseconds longest_leaving{2000};

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

class SlurmLauncher final : public Launcher {
 public:
  SlurmLauncher(RunSettings settings, std::unique_ptr<Scheduler> scheduler,
                std::filesystem::path program, SlurmLauncherOptions options)
      : settings_{std::move(settings)},
        scheduler_{std::move(scheduler)},
        program_{std::move(program)},
        options_{std::move(options)},
        ask_clock_{static_cast<unsigned>(getpid())} {
    for (const std::uint32_t number : known_arrays(settings_.directory)) {
      load(number);
    }
    limits_question_ = scheduler_->limits();
    sweep();
  }

  ~SlurmLauncher() override {
    try {
      dismiss_pilots();
      see_tasks_off();
    } catch (const std::exception&) {
      // They leave by themselves when nothing comes for a while.
    }
  }

  SlurmLauncher(const SlurmLauncher&) = delete;
  SlurmLauncher& operator=(const SlurmLauncher&) = delete;

  std::string_view name() const override { return "slurm"; }
  std::uint32_t capacity() const override { return options_.pilots == 0 ? many : options_.pilots; }
  std::uint32_t default_parallel() const override {
    return options_.pilots == 0 ? katibs_parallel : options_.pilots;
  }
  bool runs_outlive_us() const override { return true; }
  std::string summary() const override {
    const std::uint64_t requests = scheduler_->requests();
    return "slurmctld was asked " + (requests == 1 ? "once" : std::to_string(requests) + " times");
  }

  void submit(std::span<const Launch> launches) override {
    for (const Launch& launch : launches) {
      if (runs_.contains(launch.run)) {
        continue;  // adopted: what its task says is told as it comes
      }
      if (const auto owner = read_claim(settings_.directory, launch.run)) {
        adopt(launch, *owner);
        continue;
      }
      if (due_.empty()) {
        due_since_ = steady_clock::now();
      }
      runs_[launch.run] = nullptr;
      due_.push_back(launch);
    }
  }

  void cancel(std::span<const RunKey> runs, bool now) override {
    const SteadyTime present = steady_clock::now();
    std::map<std::uint32_t, std::vector<std::uint32_t>> waiting;  // tasks by job
    for (const RunKey run : runs) {
      const auto found = runs_.find(run);
      if (found == runs_.end()) {
        continue;
      }
      if (found->second == nullptr) {
        std::erase_if(due_, [&](const Launch& launch) { return launch.run == run; });
        end(verdict_of_unknown(run, true));
        continue;
      }
      TaskLink& task = *found->second;
      const Array& array = *task.array;
      if (array.file.offered && take_row(array.directory, task.index)) {
        end(verdict_of_unknown(run, true));
        task.over = true;
        continue;
      }
      task.called_off = TaskLink::CalledOff{
          .kill_at = present + (now ? milliseconds{0} : settings_.grace) + kill_margin};
      task.inbox.send(encode(CancelRun{run, now}));
      if (!array.file.job) {
        continue;  // its task finds the word in its inbox, or is cancelled once its job is known
      }
      if (task.hello && !array.file.script) {
        scheduler_->signal(*array.file.job, task.index, SIGUSR1);
      } else {
        waiting[*array.file.job].push_back(task.index);
      }
    }
    for (const auto& [job, tasks] : waiting) {
      scheduler_->cancel(job, tasks);
    }
    ask_clock_.hurry(present);
  }

  std::vector<Report> poll(std::chrono::microseconds patience) override {
    wait(patience);
    for (Answer& answer : scheduler_->answers()) {
      std::visit([this](auto& value) { take(value); }, answer);
    }
    const SteadyTime present = steady_clock::now();
    if (present >= next_sweep_) {
      sweep();
    }
    ask_limits(present);
    dispatch(present);
    search_lost_submissions(present);
    ask(present);
    retire_arrays();
    return std::exchange(reports_, {});
  }

  std::vector<Notice> notices() override { return std::exchange(notices_, {}); }
  int wake_descriptor() const override { return scheduler_->descriptor(); }
  std::chrono::microseconds longest_sleep() override {
    const Duration left = next_sweep_ - steady_clock::now();
    return std::max(std::chrono::ceil<std::chrono::microseconds>(left),
                    std::chrono::microseconds{0});
  }

  void set_grace(milliseconds grace) override {
    settings_.grace = grace;
    for (Array& array : arrays_) {
      for (TaskLink& task : array.tasks) {
        if (task.run) {
          task.inbox.send(encode(SetGrace{grace}));
        }
      }
    }
  }

 private:
  // What earlier coordinators left.

  void load(std::uint32_t number) {
    const std::filesystem::path directory = array_directory(settings_.directory, number);
    const std::optional<JobFile> file = read_job_file(directory);
    if (!file) {
      std::error_code none;
      std::filesystem::remove_all(directory, none);  // it was never submitted
      return;
    }
    key_ = key_.empty() ? key_of(file->comment) : key_;
    if (file->over) {
      return;
    }
    std::vector<RunKey> rows;
    try {
      rows = read_runs(launches_path(directory));
    } catch (const LaunchFileError& error) {
      notices_.push_back({std::string{error.what()} + "; what its tasks run is lost"});
      return;
    }
    Array& array = add_array(number, *file);
    const SteadyTime present = steady_clock::now();
    if (array.scripts) {
      array.scripts->hear();
    }
    for (TaskLink& task : array.tasks) {
      task.last_sign = present;
      if (task.index < rows.size()) {
        give(task, rows[task.index]);
      }
      const std::uint32_t lives = last_of(directory, "spool", task.index).value_or(0);
      while (task.restarts < lives) {
        read(array, task);
        task.follow(task.restarts + 1);
      }
    }
    if (!file->job && file->offered) {
      for (TaskLink& task : array.tasks) {
        if (task.run && is_called_off(directory, task.index)) {
          end(verdict_of_unknown(*task.run, true));
          task.over = true;
        }
      }
      if (!std::ranges::all_of(array.tasks, &TaskLink::over)) {
        offer(array);
      }
    } else if (!file->job) {
      array.search_at = present;
    }
  }

  static std::string key_of(const std::string& comment) {
    // "diwan KEY N"
    const std::size_t begin = comment.find(' ');
    const std::size_t end = comment.find(' ', begin + 1);
    return begin == std::string::npos || end == std::string::npos
               ? std::string{}
               : comment.substr(begin + 1, end - begin - 1);
  }

  Array& add_array(std::uint32_t number, JobFile file) {
    Array& array = arrays_.emplace_back();
    array.directory = array_directory(settings_.directory, number);
    array.file = std::move(file);
    array.events = EventFileReader{array.directory / "events"};
    if (array.file.script) {
      array.scripts = std::make_unique<ScriptTasks>(settings_, array.directory);
    }
    for (std::uint32_t i = 0; i < array.file.tasks; ++i) {
      array.tasks.emplace_back(array, array.directory, i);
    }
    return array;
  }

  /// A run that some task has claimed.
  void adopt(const Launch& launch, const TaskIdentity& owner) {
    if (TaskLink* task = task_of(owner);
        task != nullptr && (!task->run || task->run == launch.run)) {
      give(*task, launch.run);
      return;
    }
    runs_[launch.run] = nullptr;
    Ended ended = verdict_of_unknown(launch.run, false);
    ended.reason = "task " + slurm::to_string(owner) + ", which ran it, is over";
    end(std::move(ended));
  }

  /// That task, where it is not over.
  TaskLink* task_of(const TaskIdentity& identity) {
    for (Array& array : arrays_) {
      if (array.file.job == identity.job && identity.task < array.tasks.size() &&
          !array.tasks[identity.task].over) {
        return &array.tasks[identity.task];
      }
    }
    return nullptr;
  }

  void give(TaskLink& task, RunKey run) {
    task.run = run;
    task.trial = run.trial;
    runs_[run] = &task;
  }

  // What tasks say.

  void sweep() {
    const SteadyTime begin = steady_clock::now();
    bool news = false;
    for (Array& array : arrays_) {
      if (array.scripts) {
        array.scripts->hear();
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
    const Duration longest =
        options_.pilots > 0 && !runs_.empty() ? longest_pilot_sweep_pause : longest_sweep_pause;
    sweep_pause_ = news ? shortest_sweep_pause : std::min(sweep_pause_ * 3 / 2, longest);
    next_sweep_ = end + std::max(sweep_pause_, (end - begin) * sweep_share);
  }

  bool read(Array& array, TaskLink& task) {
    const std::vector<SpoolRecord> records = task.spool.read();
    if (task.spool.changed()) {
      task.last_sign = steady_clock::now();
    }
    for (const SpoolRecord& record : records) {
      take(array, task, record);
    }
    return !records.empty();
  }

  void take(Array& array, TaskLink& task, const SpoolRecord& record) {
    switch (record.kind) {
      case SpoolKind::hello:
        task.hello = true;
        task.absences = 0;
        if (const auto identity = parse_identity(record.body); identity && !array.file.job) {
          know_job(array, identity->job);
        }
        return;
      case SpoolKind::leaving:
        task.leaving = true;
        return;
      case SpoolKind::frames:
        break;
    }
    std::string_view rest = record.body;
    try {
      while (const std::optional<std::string_view> frame = next_frame(rest)) {
        Message message = decode(*frame);
        std::visit([&](auto& value) { take(task, value); }, message);
      }
    } catch (const ProtocolError& error) {
      notices_.push_back({task.spool.path().native() + ": " + error.what()});
    }
  }

  /// The plugin saw the process of a task end. Where that did not say how its run ended (it was
  /// killed), Slurm knows.
  void take(const Array& array, const TaskEvent& event) {
    if (event.kind != TaskEvent::Kind::ended || event.array != array.file.job ||
        event.task >= array.tasks.size()) {
      return;
    }
    const TaskLink& task = array.tasks[event.task];
    if (task.run && task.restarts == event.restarts) {
      ask_clock_.hurry(steady_clock::now());
    }
  }

  void take(TaskLink& task, Started& started) {
    if (!runs_.contains(started.run)) {
      give(task, started.run);  // by an earlier coordinator, through its inbox
    }
    failed_pilots_ = 0;
    reports_.emplace_back(std::move(started));
  }
  void take(TaskLink& /*task*/, Observed& observed) { reports_.emplace_back(std::move(observed)); }
  void take(TaskLink& task, Ended& ended) {
    if (ended.outcome == RunOutcome::lost && ended.cause == LostCause::unknown && task.run) {
      task.held = std::move(ended);
      ask_clock_.hurry(steady_clock::now());
      return;
    }
    end(std::move(ended));
  }
  void take(TaskLink& /*task*/, Notice& notice) { notices_.push_back(std::move(notice)); }
  template <class ToSupervisor>
  void take(TaskLink& /*task*/, const ToSupervisor& /*message*/) {}

  void end(Ended ended) {
    if (const auto found = runs_.find(ended.run); found != runs_.end()) {
      if (TaskLink* task = found->second; task != nullptr && task->run == ended.run) {
        task->run.reset();
        task->held.reset();
        task->called_off.reset();
      }
      runs_.erase(found);
    }
    launched_.erase(ended.run);
    reports_.emplace_back(std::move(ended));
  }

  /// What time alone brings about.
  void look_after(Array& array, TaskLink& task, SteadyTime present) {
    if (task.over_since && present >= *task.over_since + settle_pause) {
      bury(array, task);
      return;
    }
    if (!task.run && task.leaving && !array.file.pilots) {
      task.over = true;  // its process has nothing more to say
      return;
    }
    if (task.called_off && !task.called_off->killed && present >= task.called_off->kill_at &&
        array.file.job) {
      task.called_off->killed = true;
      scheduler_->cancel(*array.file.job, {task.index});
      ask_clock_.hurry(present);
    }
    if (task.is_in(JobState::running) && !task.over_since) {
      if (!task.hello && present >= task.last_sign + longest_birth && array.file.job) {
        notices_.push_back({"task " + std::to_string(*array.file.job) + "_" +
                            std::to_string(task.index) +
                            " is running, as Slurm says, and has said nothing; ending it"});
        scheduler_->cancel(*array.file.job, {task.index});
        task.last_sign = present;
        ask_clock_.hurry(present);
      } else if (task.hello && !array.file.script && present >= task.last_sign + silence) {
        task.last_sign = present;
        ask_clock_.hurry(present);
      }
    }
  }

  /// The task is over, and what it said has come.
  void bury(Array& array, TaskLink& task) {
    task.over = true;
    if (array.file.pilots && !task.leaving) {
      ++failed_pilots_;
    }
    if (array.scripts && task.seen && (task.seen->exit_code || task.seen->signal)) {
      array.scripts->conclude(
          task.index, (task.seen->exit_code.value_or(0) << 8) | task.seen->signal.value_or(0));
      read(array, task);
    }
    if (!task.run) {
      return;
    }
    const RunKey run = *task.run;
    const std::optional<TaskIdentity> owner = read_claim(settings_.directory, run);
    const bool ours = owner && array.file.job == owner->job && owner->task == task.index;
    if (owner && !ours) {
      task.run.reset();  // another task was before this one, and will say how it ended
      if (TaskLink* claimer = task_of(*owner)) {
        give(*claimer, run);
      } else {
        end(verdict_of_unknown(run, false));
      }
      return;
    }
    if (!owner && array.file.pilots && !task.called_off) {
      task.run.reset();  // the pilot left before it had read of it
      take_back(run);
      return;
    }
    Ended ended = task.seen ? verdict(run, *task.seen, task.called_off.has_value())
                            : verdict_of_unknown(run, task.called_off.has_value());
    ended.at = wall_clock();
    if (task.held) {
      ended.at = task.held->at;
      ended.usage = task.held->usage;
      const bool unexplained = ended.outcome == RunOutcome::lost &&
                               ended.cause == LostCause::unknown &&
                               !task.is_in(JobState::cancelled);
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
    end(std::move(ended));
  }

  void take_back(RunKey run) {
    const auto kept = launched_.find(run);
    if (kept == launched_.end()) {
      end(verdict_of_unknown(run, false));
      return;
    }
    runs_[run] = nullptr;
    due_.push_front(kept->second);
  }

  // What Slurm says.

  void know_job(Array& array, std::uint32_t job) {
    array.file.job = job;
    array.search_at.reset();
    write_job_file(array.directory, array.file);
    for (TaskLink& task : array.tasks) {
      if (task.called_off && !task.hello) {
        scheduler_->cancel(job, {task.index});
      }
    }
    ask_clock_.hurry(steady_clock::now());
  }

  Array* asked_by(std::optional<std::uint64_t> Array::*question, std::uint64_t number) {
    const auto found = std::ranges::find_if(
        arrays_, [&](const Array& array) { return array.*question == number; });
    return found == arrays_.end() ? nullptr : &*found;
  }

  void take(const Submitted& answer) {
    if (Array* array = asked_by(&Array::submission, answer.question)) {
      array->submission.reset();
      retry_pause_ = shortest_retry_pause;
      told_busy_.clear();
      largest_array_ = largest_array_ > limit_ / 2 ? limit_ : largest_array_ * 2;
      know_job(*array, answer.job);
    }
  }

  void take(const Refused& answer) {
    const SteadyTime present = steady_clock::now();
    if (answer.question == asking_) {
      asking_.reset();
      ask_clock_.asked(present, longest_waiting_ask_pause);
    }
    if (answer.question == limits_question_) {
      take_no_limits(answer, present);
    }
    if (Array* array = asked_by(&Array::search, answer.question)) {
      array->search.reset();
      array->search_at = present + next_retry_pause();
    }
    Array* array = asked_by(&Array::submission, answer.question);
    if (array == nullptr) {
      return;
    }
    array->submission.reset();
    if (answer.kind == Refused::Kind::away) {
      tell_once("Slurm does not answer (" + answer.text + "); going on as soon as it does");
      array->search_at = present + next_retry_pause();
      return;
    }
    if (answer.kind == Refused::Kind::busy) {
      tell_once("Slurm takes no more jobs now (" + answer.text + "); trying again");
      largest_array_ = std::max<std::uint32_t>(1, array->file.tasks / 2);
      withdraw(*array);
      next_submission_ = present + next_retry_pause();
      return;
    }
    withdraw(*array);
    refused_ = true;
    const bool no_plugin = answer.text.find("diwan-experiment") != std::string::npos;
    throw LaunchRefused{"Slurm does not take the trials' jobs: " + answer.text +
                        (no_plugin
                             ? std::string{"; slurm.script needs Diwan's SPANK plugin, which this "
                                           "cluster has not: give command instead"}
                         : answer.field.empty() ? std::string{}
                                                : "; " + mend_of(answer.field))};
  }

  /// Until they are known nothing is submitted.
  void take_no_limits(const Refused& answer, SteadyTime present) {
    limits_question_.reset();
    if (answer.kind == Refused::Kind::forbidden) {
      refused_ = true;
      throw LaunchRefused{"Slurm cannot be asked here: " + answer.text +
                          "; `diwan doctor` says what it finds of Slurm"};
    }
    tell_once("Slurm does not answer (" + answer.text + "); going on as soon as it does");
    limits_at_ = present + next_retry_pause();
  }

  void ask_limits(SteadyTime present) {
    if (limits_at_ && present >= *limits_at_) {
      limits_at_.reset();
      limits_question_ = scheduler_->limits();
    }
  }

  Duration next_retry_pause() {
    return std::exchange(retry_pause_, std::min(retry_pause_ * 3 / 2, longest_retry_pause));
  }

  /// An array that Slurm did not take: its runs are due again.
  void withdraw(Array& array) {
    for (TaskLink& task : array.tasks) {
      if (task.run) {
        take_back(*task.run);
      }
    }
    std::error_code none;
    std::filesystem::remove_all(array.directory, none);
    drop(array);
  }

  void drop(const Array& array) {
    arrays_.remove_if([&](const Array& other) { return &other == &array; });
  }

  void take(const Found& answer) {
    Array* array = asked_by(&Array::search, answer.question);
    if (array == nullptr) {
      return;
    }
    array->search.reset();
    const auto found = std::ranges::find_if(
        answer.jobs, [&](const auto& job) { return job.first == array->file.comment; });
    if (found != answer.jobs.end()) {
      notices_.push_back(
          {"job " + std::to_string(found->second) + ", submitted before this run, is adopted"});
      know_job(*array, found->second);
    } else if (std::ranges::none_of(array->tasks, &TaskLink::hello)) {
      withdraw(*array);
    }
  }

  void take(const Limits& answer) {
    limit_ = std::max<std::uint32_t>(answer.max_array_size, 1);
    largest_array_ = limit_;
    retry_pause_ = shortest_retry_pause;
    told_busy_.clear();
    limits_question_.reset();
  }
  void take(const Remark& remark) { notices_.push_back({remark.text}); }
  void take(const Signalled& /*answer*/) {}

  void take(const Jobs& answer) {
    if (answer.question != asking_) {
      return;
    }
    asking_.reset();
    const SteadyTime present = steady_clock::now();
    retry_pause_ = shortest_retry_pause;
    std::map<std::pair<std::uint32_t, std::uint32_t>, const JobTask*> known;
    for (const JobTask& task : answer.tasks) {
      known[{task.array, task.task}] = &task;
    }
    bool changed = false;
    bool waits = false;
    for (Array& array : arrays_) {
      if (!array.file.job || !asked_arrays_.contains(*array.file.job)) {
        continue;
      }
      for (TaskLink& task : array.tasks) {
        if (task.over || task.over_since) {
          continue;
        }
        const auto found = known.find({*array.file.job, task.index});
        const std::optional<JobTask> before = task.seen;
        if (found != known.end()) {
          learn(array, task, *found->second, present);
        } else if (const WaitingTasks* group = waiting_in(answer, *array.file.job, task.index)) {
          learn(array, task,
                {.array = *array.file.job,
                 .task = task.index,
                 .state = group->state,
                 .reason = group->reason,
                 .restarts = task.restarts,
                 .exit_code = {},
                 .signal = {},
                 .nodes = {}},
                present);
        } else if (++task.absences >= 2) {
          task.over_since = present;
        }
        changed = changed || (task.seen && (!before || before->state != task.seen->state));
        waits = waits || task.is_in(JobState::pending);
      }
    }
    if (changed) {
      ask_clock_.hurry(present);
    }
    ask_clock_.asked(present, waits ? longest_waiting_ask_pause : longest_ask_pause);
  }

  static const WaitingTasks* waiting_in(const Jobs& answer, std::uint32_t job, std::uint32_t task) {
    for (const WaitingTasks& group : answer.waiting) {
      if (group.array == job && std::ranges::any_of(group.ranges, [&](const auto& range) {
            return task >= range.first && task <= range.second;
          })) {
        return &group;
      }
    }
    return nullptr;
  }

  void learn(Array& array, TaskLink& task, const JobTask& seen, SteadyTime present) {
    task.absences = 0;
    if (seen.state == JobState::running && !task.is_in(JobState::running)) {
      task.last_sign = present;
    }
    task.seen = seen;
    if (seen.restarts > task.restarts) {
      requeued(array, task, seen.restarts);
    }
    if (is_over(seen.state)) {
      task.over_since = present;
      next_sweep_ = present;
      return;
    }
    if (seen.state == JobState::pending || seen.state == JobState::requeue_hold) {
      tell_reason(seen);
    }
  }

  /// The life that was read of is over; what it ran is lost, unless it said how it ended.
  void requeued(Array& array, TaskLink& task, std::uint32_t restarts) {
    while (task.restarts < restarts) {
      read(array, task);
      task.follow(task.restarts + 1);
    }
    if (!task.run || !read_claim(settings_.directory, *task.run)) {
      return;  // it had nothing, or had not begun yet
    }
    Ended lost = verdict_of_unknown(*task.run, task.called_off.has_value());
    if (lost.outcome == RunOutcome::lost) {
      lost.cause = LostCause::preempted;
      lost.reason = "Slurm requeued its job";
    }
    lost.at = task.held ? task.held->at : wall_clock();
    end(std::move(lost));
  }

  void tell_reason(const JobTask& seen) {
    const std::string hint = advice(seen.reason);
    if (hint.empty() || !told_reasons_.insert(seen.reason).second) {
      return;
    }
    notices_.push_back(
        {"job " + std::to_string(seen.array) + " waits (" + seen.reason + "): " + hint});
  }

  void tell_once(const std::string& text) {
    if (told_busy_.insert(text).second) {
      notices_.push_back({text});
    }
  }

  // What is to be done.

  void dispatch(SteadyTime present) {
    for (auto launch = due_.begin(); launch != due_.end();) {
      TaskLink* task = taker_of(*launch);
      if (task == nullptr) {
        ++launch;
        continue;
      }
      task->inbox.send(encode(Start{*launch, 0}));
      task->last_sign = present;
      give(*task, launch->run);
      launched_[launch->run] = std::move(*launch);
      launch = due_.erase(launch);
    }
    if (refused_ || due_.empty() || present < next_submission_ || limits_question_ || limits_at_ ||
        std::ranges::any_of(arrays_, [](const Array& a) { return a.submission.has_value(); }) ||
        (options_.offer && !arrays_.empty())) {
      return;
    }
    if (options_.pilots > 0) {
      submit_pilots();
    } else if (present >= due_since_ + company_pause) {
      submit_array();
    }
  }

  /// A task that is there and free: a pilot, or the requeued task of the same trial.
  TaskLink* taker_of(const Launch& launch) {
    for (Array& array : arrays_) {
      for (TaskLink& task : array.tasks) {
        const bool takes =
            array.file.pilots
                ? task.hello && !task.leaving && !task.over && !task.run && !task.over_since &&
                      options_.pilots > 0
                : !array.file.script && task.takes_next() && task.trial == launch.run.trial;
        if (takes) {
          return &task;
        }
      }
    }
    return nullptr;
  }

  void submit_array() {
    const std::size_t count = std::min<std::size_t>(due_.size(), largest_array_);
    const std::vector<Launch> launches{due_.begin(),
                                       due_.begin() + static_cast<std::ptrdiff_t>(count)};
    Array& array = new_array(launches, static_cast<std::uint32_t>(count), false);
    for (std::uint32_t i = 0; i < count; ++i) {
      give(array.tasks[i], launches[i].run);
      launched_[launches[i].run] = launches[i];
    }
    due_.erase(due_.begin(), due_.begin() + static_cast<std::ptrdiff_t>(count));
    if (array.file.offered) {
      offer(array);
    } else {
      send(array);
    }
  }

  void submit_pilots() {
    if (failed_pilots_ > most_failed_pilots) {
      throw std::runtime_error{"the pilots end as soon as they begin; see what they said in " +
                               (arrays_directory(settings_.directory) / "*" / "output.*").native() +
                               " and whether every node sees " + program_.native()};
    }
    std::uint32_t there = 0;
    for (const Array& array : arrays_) {
      for (const TaskLink& task : array.tasks) {
        there += array.file.pilots && !task.over && !task.leaving && !task.over_since ? 1 : 0;
      }
    }
    const auto working = static_cast<std::uint32_t>(runs_.size());
    const std::uint32_t wanted = std::min(options_.pilots, std::max(working, 1U));
    if (there < wanted) {
      send(new_array({}, std::min(wanted - there, largest_array_), true));
    }
  }

  Array& new_array(const std::vector<Launch>& launches, std::uint32_t tasks, bool pilots) {
    if (key_.empty()) {
      key_ = drawn_key();
    }
    const std::uint32_t number = make_array_directory(settings_.directory);
    const std::filesystem::path directory = array_directory(settings_.directory, number);
    write_launch_file(launches_path(directory), settings_, launches);
    const bool script = !options_.script.empty();
    if (script) {
      check_script_settings(settings_);
      continue_checkpoints(settings_, launches);
      write_manifest(directory / "manifest", settings_, launches);
    }
    const JobFile file{.comment = "diwan " + key_ + " " + std::to_string(number),
                       .job = {},
                       .tasks = tasks,
                       .pilots = pilots,
                       .script = script,
                       .offered = script && options_.offer};
    write_job_file(directory, file);
    return add_array(number, file);
  }

  void send(Array& array) {
    JobRequest request = options_.job;
    request.name = settings_.experiment;
    request.comment = array.file.comment;
    request.tasks = array.file.tasks;
    request.output = (array.directory / "output.%a").native();
    if (array.file.script) {
      request.working_directory = launched_.at(*array.tasks.front().run).working_directory;
      request = script_job(std::move(request), options_.script, array.directory);
    } else {
      request.working_directory = settings_.directory;
      request.script =
          task_script(program_, array.directory, array.file.pilots, options_.job.time_limit);
      request.variables = watch_variables(array.directory);
    }
    array.submission = scheduler_->submit(request);
  }

  void offer(const Array& array) {
    notices_.push_back({"trials to be submitted (" + std::to_string(array.file.tasks) + "): " +
                        script_command(options_.script, array.directory, array.file.tasks)});
  }

  void search_lost_submissions(SteadyTime present) {
    for (Array& array : arrays_) {
      if (array.search_at && !array.search && present >= *array.search_at) {
        array.search = scheduler_->find({array.file.comment});
        array.search_at.reset();
      }
    }
  }

  void ask(SteadyTime present) {
    if (asking_ || !ask_clock_.due(present)) {
      return;
    }
    asked_arrays_.clear();
    for (const Array& array : arrays_) {
      if (array.file.job && !std::ranges::all_of(array.tasks, &TaskLink::over)) {
        asked_arrays_.insert(*array.file.job);
      }
    }
    if (!asked_arrays_.empty()) {
      asking_ = scheduler_->ask({asked_arrays_.begin(), asked_arrays_.end()});
    }
  }

  void retire_arrays() {
    for (auto array = arrays_.begin(); array != arrays_.end();) {
      const auto present = array++;
      if (present->submission || present->search || present->search_at ||
          !std::ranges::all_of(present->tasks, &TaskLink::over)) {
        continue;
      }
      present->file.over = true;
      write_job_file(present->directory, present->file);
      clear_array(present->directory);
      drop(*present);
    }
  }

  /// Those that were never needed are taken out of Slurm's queue; a scheduler that is left before
  /// it has answered has done nothing.
  void dismiss_pilots() {
    std::set<std::uint64_t> open;
    for (Array& array : arrays_) {
      std::vector<std::uint32_t> idle;
      for (TaskLink& task : array.tasks) {
        if (array.file.pilots && !task.over && !task.run) {
          task.inbox.send(encode(Shutdown{}));
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
  void see_tasks_off() {
    const SteadyTime deadline = steady_clock::now() + longest_leaving;
    const auto leaves = [](const Array& array) {
      return !array.file.pilots && !array.file.offered;
    };
    while (runs_.empty() && std::ranges::any_of(arrays_, leaves) &&
           steady_clock::now() < deadline) {
      std::this_thread::sleep_for(shortest_sweep_pause * 5);
      sweep();
      retire_arrays();
    }
  }

  void wait(std::chrono::microseconds patience) const {
    if (patience.count() == 0) {
      return;
    }
    pollfd entry{.fd = scheduler_->descriptor(), .events = POLLIN, .revents = 0};
    const auto until = std::min<std::chrono::nanoseconds>(
        patience, std::max<Duration>(next_sweep_ - steady_clock::now(), Duration{0}));
    const auto whole = std::chrono::floor<std::chrono::seconds>(until);
    const timespec limit{.tv_sec = whole.count(), .tv_nsec = (until - whole).count()};
    ppoll(&entry, 1, &limit, nullptr);
  }

  RunSettings settings_;
  std::unique_ptr<Scheduler> scheduler_;
  std::filesystem::path program_;
  SlurmLauncherOptions options_;
  std::string key_;  ///< of this experiment, in the comments of its jobs

  std::list<Array> arrays_;            ///< that are not over; places do not change
  std::map<RunKey, TaskLink*> runs_;   ///< not ended; null: due
  std::map<RunKey, Launch> launched_;  ///< that may have to be launched again
  std::deque<Launch> due_;
  SteadyTime due_since_{};
  bool refused_ = false;  ///< Slurm never takes such jobs: no further ones are submitted
  SteadyTime next_submission_{};
  Duration retry_pause_ = shortest_retry_pause;
  std::optional<std::uint64_t> limits_question_;
  std::optional<SteadyTime> limits_at_;  ///< when they are asked for again
  std::uint32_t limit_ = default_max_array_size;
  std::uint32_t largest_array_ = default_max_array_size;

  std::optional<std::uint64_t> asking_;
  std::set<std::uint32_t> asked_arrays_;  ///< job ids
  AskClock ask_clock_;
  SteadyTime next_sweep_{};
  Duration sweep_pause_ = shortest_sweep_pause;

  std::vector<Report> reports_;
  std::vector<Notice> notices_;
  std::set<std::string> told_reasons_, told_busy_;
  int failed_pilots_ = 0;  ///< that ended without leaving, since a run was last started
};

}  // namespace

std::unique_ptr<Launcher> make_slurm_launcher(const RunSettings& settings,
                                              std::unique_ptr<Scheduler> scheduler,
                                              const std::filesystem::path& program,
                                              const SlurmLauncherOptions& options) {
  return std::make_unique<SlurmLauncher>(settings, std::move(scheduler), program, options);
}

}  // namespace diwan::slurm
