// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/slurm_step_launcher.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "driver/core/waits_by_reason.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/launchers/local.hpp"
#include "driver/launchers/slurm_step/step_room.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/step_folder.hpp"

namespace diwan::slurm_step {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A step that has not begun after so long is waiting for something.
constexpr std::chrono::seconds longest_wait{15};
constexpr std::chrono::milliseconds look_pause{200};
constexpr std::chrono::seconds waits_pause{2};

std::vector<std::string> gpus_in(const std::string& list) {
  std::vector<std::string> gpus;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    gpus.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return gpus;
}

std::string mpi_of(const Launch& launch) {
  for (const auto& [name, value] : launch.env) {
    if (name == "SLURM_MPI_TYPE") {
      return value;
    }
  }
  return {};
}

class StepLauncher final : public Launcher {
 public:
  StepLauncher(const RunSettings& settings, StepPlan plan)
      : directory_{settings.directory},
        time_limit_{settings.time_limit},
        plan_{std::move(plan)},
        life_{plan_.job + " " + std::to_string(plan_.restarts)},
        room_{plan_.job, plan_.layout.trials} {
    local_ = make_local_launcher(settings, plan_.layout.trials, plan_.program, HostShare::whole);
  }

  std::string_view name() const override { return "slurm-step"; }
  std::string where() const override { return "as steps of Slurm job " + plan_.job; }
  std::uint32_t capacity() const override { return room_.trials(running_.size(), Clock::now()); }
  std::uint32_t default_parallel() const override { return plan_.layout.trials; }

  void submit(std::span<const Launch> launches) override {
    std::vector<Launch> steps(launches.begin(), launches.end());
    for (Launch& launch : steps) {
      if (!waiting_.contains(launch.run) && !running_.contains(launch.run)) {
        make_step(launch);
      }
    }
    local_->submit(steps);
  }

  void cancel(std::span<const RunKey> runs, bool now) override { local_->cancel(runs, now); }

  std::vector<Report> poll(std::chrono::microseconds patience) override {
    if (refused_) {
      throw LaunchRefused(*std::exchange(refused_, std::nullopt));
    }
    std::vector<Report> reports;
    look_for_begins(reports);
    for (Report& report : local_->poll(std::min<std::chrono::microseconds>(patience, look_pause))) {
      std::visit([&](auto& event) { take(std::move(event), reports); }, report);
    }
    return reports;
  }

  std::vector<Notice> notices() override {
    std::vector<Notice> all = local_->notices();
    for (std::string& notice : room_.take_notices()) {
      all.push_back({std::move(notice)});
    }
    return all;
  }
  /// Every few seconds.
  std::optional<Waits> waits() override {
    const Clock::time_point now = Clock::now();
    if (now < next_waits_) {
      return std::nullopt;
    }
    next_waits_ = now + waits_pause;
    WaitsByReason waits;
    for (const auto& [run, step] : waiting_) {
      if (now >= step.since + longest_wait) {
        waits[why_not_started(step)].push_back(run.trial);
      }
    }
    return Waits{.at = wall_clock(), .groups = groups_of(waits)};
  }
  int wake_descriptor() const override { return local_->wake_descriptor(); }
  std::chrono::microseconds longest_sleep() override {
    return waiting_.empty() ? local_->longest_sleep() : look_pause;
  }
  void set_grace(std::chrono::milliseconds grace) override { local_->set_grace(grace); }

 private:
  /// A step of which its ranks have not said that it began.
  struct Waiting {
    StepFolder folder;
    std::filesystem::path error_log;
    Clock::time_point since;
    std::optional<Started> started;  ///< srun
    bool told = false;               ///< that it waits
  };

  void make_step(Launch& launch) {
    const RunPaths paths = run_paths(directory_, launch.trial_name, launch.run.attempt);
    const StepFolder folder = step_folder(paths.attempt);
    make_step_folder(folder, plan_.layout.nodes, life_);
    launch.step = step_command(plan_, {.name = launch.trial_name,
                                       .folder = folder.path,
                                       .directory = launch.working_directory,
                                       .time_limit = time_limit_,
                                       .mpi = mpi_of(launch),
                                       .gone_before = left_before(launch)});
    // Where the site has no slurm.conf on its nodes, srun needs it; the rank takes it away again.
    if (const char* server = std::getenv("SLURM_CONF_SERVER"); server != nullptr) {
      launch.env.emplace_back("SLURM_CONF_SERVER", server);
    }
    waiting_[launch.run] = {
        .folder = folder, .error_log = paths.error, .since = Clock::now(), .started = std::nullopt};
  }

  /// The step of the attempt before, where it was of this life of the job: if its srun was killed
  /// and could tell nobody, it may run on.
  std::string left_before(const Launch& launch) const {
    if (launch.run.attempt < 2) {
      return {};
    }
    return step_of(
        step_folder(attempt_directory(directory_, launch.trial_name, launch.run.attempt - 1)),
        life_);
  }

  void look_for_begins(std::vector<Report>& reports) {
    const Clock::time_point now = Clock::now();
    if (now < next_look_) {
      return;
    }
    next_look_ = now + look_pause;
    room_.look(now);
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const auto current = at++;
      if (!begin(current, reports) && !current->second.told &&
          now >= current->second.since + longest_wait) {
        current->second.told = true;
        room_.waits(running_.size(), last_words(current->second.error_log), now);
      }
    }
  }

  /// True if it has begun; says so once srun's own start is known.
  bool begin(std::map<RunKey, Waiting>::iterator at, std::vector<Report>& reports) {
    Waiting& step = at->second;
    if (!step.started) {
      return false;
    }
    const StepBegin begun = read_step_begin(step.folder);
    if (begun.id.empty()) {
      return false;
    }
    Started started = *std::move(step.started);
    // The wait for room is not the trial's; clocks of nodes may differ a little.
    started.at = std::clamp(begun.at, started.at, std::max(started.at, wall_clock()));
    started.host = begun.nodes;
    started.gpus = gpus_in(begun.gpus);
    running_.insert(at->first);
    waiting_.erase(at);
    room_.began(running_.size());
    reports.emplace_back(std::move(started));
    return true;
  }

  /// What srun said last.
  static std::string last_words(const std::filesystem::path& error_log) {
    std::ifstream in(error_log);
    std::string last;
    for (std::string line; std::getline(in, line);) {
      last = line.starts_with("srun:") ? line : last;
    }
    return last;
  }

  std::string why_not_started(const Waiting& step) const {
    const std::string said = last_words(step.error_log);
    return "Slurm has not started its step in job " + plan_.job +
           (said.empty() ? " (`squeue --steps --job=" + plan_.job + "` shows the others)"
                         : ": " + said);
  }

  void take(Started started, std::vector<Report>& reports) {
    const auto step = waiting_.find(started.run);
    if (step == waiting_.end()) {
      reports.emplace_back(std::move(started));
      return;
    }
    step->second.started = std::move(started);
    begin(step, reports);
  }
  void take(Observed observed, std::vector<Report>& reports) {
    settle(observed.run, reports);
    reports.emplace_back(std::move(observed));
  }
  void take(Ended ended, std::vector<Report>& reports) {
    settle(ended.run, reports);
    const bool began = running_.erase(ended.run) > 0;
    waiting_.erase(ended.run);
    if (ended.outcome == RunOutcome::lost) {
      learn(ended, began);
    }
    reports.emplace_back(std::move(ended));
  }

  /// What the loss of a run says of those to come.
  void learn(const Ended& lost, bool began) {
    if (lost.cause == LostCause::preempted) {
      room_.told_to_end(Clock::now());
    } else if (!began && lost.reason.starts_with(did_not_begin)) {
      const std::string said = lost.reason.substr(did_not_begin.size());
      if (std::string why = room_.not_begun(said, Clock::now()); !why.empty()) {
        refused_ = std::move(why);
      }
    }
  }

  /// What comes of a run comes after its start.
  void settle(RunKey run, std::vector<Report>& reports) {
    if (const auto step = waiting_.find(run); step != waiting_.end()) {
      begin(step, reports);
    }
  }

  std::filesystem::path directory_;
  std::optional<std::chrono::seconds> time_limit_;
  StepPlan plan_;
  std::string life_;  ///< of the job
  StepRoom room_;
  std::unique_ptr<Launcher> local_;
  std::map<RunKey, Waiting> waiting_;
  std::set<RunKey> running_;
  Clock::time_point next_look_{};
  Clock::time_point next_waits_{};
  std::optional<std::string> refused_;  ///< to be told by the next poll()
};

}  // namespace

std::unique_ptr<Launcher> make_step_launcher(const RunSettings& settings, const StepPlan& plan) {
  return std::make_unique<StepLauncher>(settings, plan);
}

}  // namespace diwan::slurm_step
