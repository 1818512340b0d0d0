// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/array_task.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/durable_file.hpp"
#include "driver/launchers/slurm/inbox.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "driver/launchers/slurm/task_place.hpp"
#include "driver/launchers/slurm/task_spool.hpp"
#include "driver/launchers/slurm/task_stay.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/exit_record.hpp"
#include "driver/launchers/supervisor/recover.hpp"
#include "driver/launchers/supervisor/share.hpp"
#include "driver/launchers/supervisor/supervisor_process.hpp"

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using SteadyTime = steady_clock::time_point;

constexpr milliseconds look_pause{5000};       ///< at the inbox, while a run goes on
constexpr milliseconds pilot_look_pause{500};  ///< the same, of a pilot
/// A pilot without a run looks so often at first, and ever more seldom down to the second.
constexpr milliseconds shortest_look_pause{4};
constexpr milliseconds longest_idle_look_pause{250};
/// Between tries to claim a run where a disk is full.
constexpr milliseconds claim_pause{1500};

/// @throws ArrayTaskError
TaskIdentity known_identity() {
  if (std::optional<TaskIdentity> identity = own_identity()) {
    return *std::move(identity);
  }
  throw ArrayTaskError{
      "--array: SLURM_ARRAY_JOB_ID and SLURM_ARRAY_TASK_ID are not set: this is the program of a "
      "task of a Slurm job array, which `diwan run --launcher slurm` submits"};
}

class ArrayTask {
 public:
  explicit ArrayTask(const ArrayTaskOptions& options)
      : options_{options},
        self_{known_identity()},
        claimant_{options.array.parent_path().parent_path(), self_},
        settings_{read_settings(launches_path(options.array))},
        signals_{open_signals({SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2})},
        supervisor_{options.program},
        spool_{spool_path(options.array, self_.task, self_.restarts)},
        inbox_{options.array, self_.task},
        stay_{settings_, options.job_end} {
    supervisor_.send(Configure{settings_});
    supervisor_.send(
        Share{{divide(find_host_resources(CpuScope::own),
                      {.parts = 1, .index = 0, .cpus = settings_.cpus, .gpus = settings_.gpus})}});
    spool_.add(SpoolKind::hello, identity_line(self_));
  }

  int run() {
    look_into_inbox();  // it may be called off already
    if (!options_.pilot) {
      take(read_launch(launches_path(options_.array), self_.task));
    }
    stay_.idle();
    while (!is_over()) {
      wait();
      take_signals();
      if (!closing_ && stay_.is_time_up() && is_busy()) {
        close(LostCause::time_limit, "its job comes to its time limit");
      }
      if (steady_clock::now() >= next_look_) {
        look_into_inbox();
      }
      hand_on_frames();
      spool_.carry_on(steady_clock::now());
      claim_what_waits();
    }
    return supervisor_.failed() ? 1 : 0;
  }

 private:
  /// Has it a run, begun or to be claimed yet?
  bool is_busy() const { return !supervisor_.live().empty() || !unclaimed_.empty(); }

  bool is_over() {
    if (is_busy()) {
      return false;
    }
    if (!spool_.written()) {
      return closing_ && !began_;  // it has nothing to tell that Slurm does not know
    }
    const SteadyTime present = steady_clock::now();
    const bool may_get_another = options_.pilot ? !leaving_ && !stay_.has_to_leave(present)
                                                : awaits_next_ && stay_.awaits_next(present);
    if (may_get_another && !closing_) {
      return false;
    }
    if (!leaving_) {
      leaving_ = true;
      spool_.add(SpoolKind::leaving, told_to_end_ ? told_by_slurm : std::string_view{});
      spool_.carry_on(present);
      return false;
    }
    spool_.sync();
    return true;
  }

  void wait() {
    const SteadyTime present = steady_clock::now();
    SteadyTime until = std::min(next_look_, spool_.next(present));
    if (!unclaimed_.empty() && spool_.written()) {
      until = std::min(until, next_claim_);
    }
    if (stay_.deadline() && !closing_ && is_busy()) {
      until = std::min(until, present + stay_.left());
    }
    std::array<pollfd, 2> entries = {
        pollfd{.fd = *signals_, .events = POLLIN, .revents = 0},
        pollfd{.fd = supervisor_.descriptor(), .events = POLLIN, .revents = 0}};
    if (supervisor_.pending()) {
      entries[1].events |= POLLOUT;
    }
    if (!supervisor_.alive() || !spool_.written()) {
      entries[1].fd = -1;  // the supervisor slows the trial until there is room
    }
    const auto patience = std::max(std::chrono::ceil<milliseconds>(until - present), 0ms);
    poll(entries.data(), entries.size(), static_cast<int>(patience.count()));
    supervisor_.flush();
  }

  void take_signals() {
    signalfd_siginfo news{};
    while (read(*signals_, &news, sizeof news) == static_cast<ssize_t>(sizeof news)) {
      if (news.ssi_signo == SIGUSR1) {
        next_look_ = steady_clock::now();
        continue;
      }
      told_to_end_ = true;
      close(LostCause::unknown, "Slurm ended its job");
    }
  }

  /// Ends what runs, with the grace time.
  void close(LostCause cause, std::string reason) {
    if (!closing_) {
      end_cause_ = cause;
      end_reason_ = std::move(reason);
    }
    closing_ = true;
    unclaimed_.clear();  // nobody has begun them, which the missing claims prove
    supervisor_.send(SetGrace{task_grace(settings_)});
    supervisor_.send(Shutdown{.now = false});
  }

  void look_into_inbox() {
    const std::string frames = inbox_.read();
    std::string_view rest = frames;
    while (const std::optional<std::string_view> frame = next_frame(rest)) {
      std::visit([this](auto& message) { on(message); },
                 *std::make_unique<Message>(decode(*frame)));
    }
    const SteadyTime present = steady_clock::now();
    if (!supervisor_.live().empty()) {
      look_pause_ = options_.pilot ? pilot_look_pause : look_pause;
    } else {
      look_pause_ = frames.empty() ? std::min(look_pause_ * 5 / 4 + 1ms, longest_idle_look_pause)
                                   : shortest_look_pause;
    }
    next_look_ = present + look_pause_;
  }

  void on(Start& message) {
    if (!leaving_ && !closing_) {
      take(std::move(message.launch));
    }
  }
  void on(const CancelRun& message) {
    cancelled_.insert(message.run);
    next_claim_ = {};
    supervisor_.send(message);
  }
  void on(const SetGrace& message) {
    settings_.grace = message.grace;
    supervisor_.send(message);
  }
  void on(const Shutdown& message) {
    leaving_ = true;
    spool_.add(SpoolKind::leaving, {});
    awaits_next_ = false;
    if (message.now) {
      supervisor_.send(message);
    }
  }
  template <class Other>
  void on(const Other& /*message*/) {}

  void take(Launch launch) {
    if (taken_.insert(launch.run).second) {
      unclaimed_.push_back(std::move(launch));
    }
  }

  /// Where a disk is full the runs wait, until there is room or the job is to end: an end of this
  /// task would cost the trial an attempt. None begins before the coordinator can hear of it.
  void claim_what_waits() {
    while (!unclaimed_.empty() && spool_.written() && steady_clock::now() >= next_claim_) {
      const RunKey run = unclaimed_.front().run;
      try {
        begin(unclaimed_.front());
      } catch (const std::system_error& error) {
        if (!may_pass(error.code())) {
          throw;
        }
        if (!cancelled_.contains(run)) {
          say_once(error);
          next_claim_ = steady_clock::now() + claim_pause;
          return;
        }
        tell_called_off(run);
      }
      claim_error_.clear();
      unclaimed_.pop_front();
      stay_.idle();
    }
  }

  void say_once(const std::system_error& error) {
    if (claim_error_ != error.code()) {
      std::fprintf(stderr, "diwan: %s; trying again\n", error.what());
    }
    claim_error_ = error.code();
  }

  /// Begins a run, unless somebody else has, or had. @throws std::system_error
  void begin(Launch& launch) {
    const RunKey run = launch.run;
    if (const std::optional<TaskIdentity> other = claimant_.claim(run)) {
      const bool own = other->job == self_.job && other->task == self_.task;
      if (own && other->restarts < self_.restarts) {
        tell_predecessors_end(launch);
        awaits_next_ = !began_ && !leaving_;
      } else if (!own) {
        std::fprintf(stderr, "diwan: attempt %u of trial %u is run by %s; nothing to do here\n",
                     run.attempt, run.trial, to_string(*other).c_str());
      }
      return;
    }
    if (cancelled_.contains(run)) {
      tell_called_off(run);
      return;
    }
    awaits_next_ = false;
    began_ = true;
    if (const std::optional<Time>& deadline = stay_.deadline()) {
      launch.deadline = std::min(launch.deadline.value_or(*deadline), *deadline);
    }
    stay_.begin(run);
    supervisor_.send(Start{std::move(launch), 0});
  }

  void tell_called_off(RunKey run) {
    Ended ended;
    ended.run = run;
    ended.outcome = RunOutcome::stopped;
    ended.at = wall_clock();
    ended.reason = "called off before it began";
    spool_.add(SpoolKind::frames, encode(ended));
  }

  /// This task was requeued: whoever ran here before is gone.
  void tell_predecessors_end(const Launch& launch) {
    std::string frames;
    bool ended = false;
    for (Report& report : recover(settings_, launch.trial_name, launch.run)) {
      ended = ended || std::holds_alternative<Ended>(report);
      std::visit([&](auto& event) { encode(std::move(event), frames); }, report);
    }
    if (!ended) {
      Ended lost;
      lost.run = launch.run;
      lost.outcome = RunOutcome::lost;
      lost.cause = LostCause::preempted;
      lost.at = wall_clock();
      lost.reason = "Slurm requeued its job";
      encode(lost, frames);
    }
    spool_.add(SpoolKind::frames, frames);
  }

  void hand_on_frames() {
    if (!spool_.written()) {
      return;
    }
    const std::string frames = supervisor_.receive_frames();
    closing_ = closing_ || !supervisor_.alive();
    if (frames.empty()) {
      return;
    }
    std::string said;
    std::string_view rest = frames;
    while (const std::optional<std::string_view> frame = next_frame(rest)) {
      if (type_of(*frame) == MessageType::ended) {
        Ended ended = std::get<Ended>(decode(*frame));
        note_end(ended);
        encode(std::move(ended), said);
      } else {
        said += *frame;
      }
    }
    spool_.add(SpoolKind::frames, said);
  }

  void note_end(Ended& ended) {
    if (ended.outcome == RunOutcome::lost && ended.cause == LostCause::preempted) {
      ended.cause = LostCause::unknown;  // why its job was ended, Slurm will say
    }
    // Nobody who knows the experiment wanted it: Slurm did, and will say why.
    if (closing_ && ended.outcome == RunOutcome::stopped && !cancelled_.contains(ended.run)) {
      ended.outcome = RunOutcome::lost;
      ended.cause = end_cause_;
      ended.reason = end_reason_;
    }
    stay_.end(ended.run);
    look_pause_ = shortest_look_pause;
    next_look_ = steady_clock::now();
  }

  const ArrayTaskOptions& options_;
  TaskIdentity self_;
  Claimant claimant_;
  RunSettings settings_;
  Descriptor signals_;
  SupervisorProcess supervisor_;
  TaskSpool spool_;
  InboxReader inbox_;
  TaskStay stay_;

  std::set<RunKey> taken_, cancelled_;
  std::deque<Launch> unclaimed_;  ///< of those that were taken
  SteadyTime next_claim_{};
  std::error_code claim_error_;
  SteadyTime next_look_{};
  milliseconds look_pause_ = shortest_look_pause;
  bool closing_ = false;  ///< told to end by Slurm, or by the end of the job
  LostCause end_cause_ = LostCause::unknown;
  std::string end_reason_;
  bool told_to_end_ = false;  ///< by Slurm
  bool leaving_ = false;      ///< and said so
  bool awaits_next_ = false;  ///< requeued: the next attempt of its trial
  bool began_ = false;        ///< some run
};

}  // namespace

int array_task_main(const ArrayTaskOptions& options) {
  try {
    return ArrayTask{options}.run();
  } catch (const LaunchFileError& error) {
    throw ArrayTaskError{error.what()};
  }
}

}  // namespace diwan::slurm
