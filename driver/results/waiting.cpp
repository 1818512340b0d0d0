// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/waiting.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "collectors/timestamp.hpp"
#include "driver/core/completion_words.hpp"
#include "driver/core/counted.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/results/status.hpp"
#include "driver/store/waits_file.hpp"

namespace diwan {
namespace {

/// A launcher says again twice a minute that something still is so (told_waits.cpp in shell), where
/// Slurm does not let it wait.
constexpr std::chrono::minutes longest_belief{3};

bool is_alive(const Loaded& loaded) {
  const RunState state = run_state(loaded);
  return state == RunState::running || state == RunState::paused;
}

/// What holds for every trial that does not run; empty while trials start.
std::string why_none_starts(const Loaded& loaded) {
  const std::string directory = shell_quote(loaded.directory.string());
  const auto& asked = loaded.experiment.stop_asked();
  switch (run_state(loaded)) {
    case RunState::paused:
      return "the run was asked to pause by " + asked->by + "; `diwan pause " + directory +
             " --off` ends that";
    case RunState::finished:
      return "the experiment is done (" + std::string(in_words(loaded.experiment.completion())) +
             ") and starts no trial";
    case RunState::stopped:
    case RunState::interrupted:
      return "no run is alive (" + std::string(to_string(run_state(loaded))) +
             (loaded.outcome ? ": " + loaded.outcome->reason : "") + "); `" +
             resume_command(loaded) + "` goes on";
    case RunState::running:
      break;
  }
  if (asked) {
    return "the run was asked to stop by " + asked->by;
  }
  return loaded.experiment.held().empty() ? ""
                                          : "no trial starts any more: " + loaded.experiment.held();
}

/// How many waiting trials go before it: those that go again do so first, each by number.
std::size_t before(const Experiment& experiment, std::uint32_t trial) {
  const auto& again = experiment.again_trials();
  const auto& fresh = experiment.fresh_trials();
  const auto place = [trial](const std::set<std::uint32_t>& waiting) {
    return static_cast<std::size_t>(std::distance(waiting.begin(), waiting.lower_bound(trial)));
  };
  return again.contains(trial) ? place(again) : again.size() + place(fresh);
}

std::string as_of(Time at) { return " (as of " + time_text(at).substr(11, 8) + "Z)"; }

/// Of a trial that the launcher was given.
std::string why_not_started(const Loaded& loaded, const Trial& trial) {
  const Waits waits = launcher_waits(loaded);
  for (const Waits::Group& group : waits.groups) {
    if (std::ranges::find(group.trials, trial.number) != group.trials.end()) {
      return group.reason + as_of(waits.at);
    }
  }
  if (loaded.experiment.owner().launcher != "slurm") {
    return "it was given to the launcher, which has not told of its start yet";
  }
  const auto& trial_template = loaded.spec.trial_template;
  return trial_template && !trial_template->slurm.script.empty() && !trial_template->slurm.submit
             ? "its batch script is to be submitted by hand; the run has said how (sbatch "
               "--array=… "
               "--diwan-experiment=…)"
             : "Slurm has it and has not started it; `squeue --me` says what it waits for";
}

std::string slots_text(const Experiment& experiment) {
  return "no slot is free: " + counted(experiment.live_trials().size(), "trial") + " of at most " +
         std::to_string(experiment.budget().at_a_time()) + " at a time are under way";
}

}  // namespace

std::string why_it_waits(const Loaded& loaded, const Trial& trial) {
  const Experiment& experiment = loaded.experiment;
  // Neither a pause nor a run's end takes a job out of Slurm's queue.
  const bool in_slurm = trial.phase == Phase::queued && experiment.owner().launcher == "slurm";
  if (const std::string none = why_none_starts(loaded);
      !none.empty() && !(in_slurm && is_alive(loaded))) {
    return none + (in_slurm ? "; Slurm may start it all the same" : "");
  }
  if (trial.phase == Phase::queued) {
    return why_not_started(loaded, trial);
  }
  const std::size_t others = before(experiment, trial.number);
  return slots_text(experiment) + "; " +
         (others == 0 ? "it is the next"
                      : counted(others, "trial") + (others == 1 ? " goes" : " go") + " before it") +
         (trial.attempts > 0 ? "; it goes again as attempt " + std::to_string(trial.attempts + 1)
                             : "");
}

Waits launcher_waits(const Loaded& loaded) {
  std::optional<Waits> read = is_alive(loaded) ? read_waits(loaded.directory) : std::nullopt;
  if (!read || loaded.until > read->at + longest_belief) {
    return {};
  }
  Waits waits = *std::move(read);
  // The records may be ahead of it.
  for (Waits::Group& group : waits.groups) {
    std::erase_if(group.trials, [&](std::uint32_t trial) {
      return !loaded.experiment.has(trial) || loaded.experiment.trial(trial).phase != Phase::queued;
    });
  }
  std::erase_if(waits.groups, [](const Waits::Group& group) { return group.trials.empty(); });
  return waits;
}

std::vector<std::string> launcher_waits_text(const Loaded& loaded) {
  const Waits waits = launcher_waits(loaded);
  std::vector<std::string> lines;
  lines.reserve(waits.groups.size());
  for (const Waits::Group& group : waits.groups) {
    lines.push_back(counted(group.trials.size(), "trial") + ": " + group.reason + as_of(waits.at));
  }
  return lines;
}

std::string why_not_suggested(const Loaded& loaded, std::uint64_t number) {
  const Experiment& experiment = loaded.experiment;
  const std::string known = counted(experiment.trials().size(), "trial") + " so far";
  const auto& most = experiment.budget().max_trials;
  if (most && number > *most) {
    return "the budget is " + counted(*most, "trial") + "; `diwan extend " +
           shell_quote(loaded.directory.string()) + " --max-trials N` changes it";
  }
  if (const std::string none = why_none_starts(loaded); !none.empty()) {
    return known + "; " + none;
  }
  return known + "; " + loaded.spec.algorithm.name + " is asked for more as slots become free (" +
         counted(experiment.live_trials().size(), "trial") + " of at most " +
         std::to_string(experiment.budget().at_a_time()) + " at a time are under way)";
}

}  // namespace diwan
