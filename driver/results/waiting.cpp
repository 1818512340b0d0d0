// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/waiting.hpp"

#include <iterator>
#include <set>

#include "driver/core/completion_words.hpp"
#include "driver/results/status.hpp"

namespace diwan {
namespace {

std::string counted(std::size_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

/// What holds for every trial that does not run; empty while trials start.
std::string why_none_starts(const Loaded& loaded) {
  const std::string directory = loaded.directory.string();
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

std::string slots_text(const Experiment& experiment) {
  return "no slot is free: " + counted(experiment.live_trials().size(), "trial") + " of at most " +
         std::to_string(experiment.budget().at_a_time()) + " at a time are under way";
}

}  // namespace

std::string why_it_waits(const Loaded& loaded, const Trial& trial) {
  if (const std::string none = why_none_starts(loaded); !none.empty()) {
    return none;
  }
  const Experiment& experiment = loaded.experiment;
  if (trial.phase == Phase::queued) {
    return experiment.owner().launcher == "slurm"
               ? "Slurm has it and has not started it; `squeue --me` says what it waits for"
               : "it was given to the launcher, which has not told of its start yet";
  }
  const std::size_t others = before(experiment, trial.number);
  return slots_text(experiment) + "; " +
         (others == 0 ? "it is the next"
                      : counted(others, "trial") + (others == 1 ? " goes" : " go") + " before it") +
         (trial.attempts > 0 ? "; it goes again as attempt " + std::to_string(trial.attempts + 1)
                             : "");
}

std::string why_not_suggested(const Loaded& loaded, std::uint64_t number) {
  const Experiment& experiment = loaded.experiment;
  const std::string known = counted(experiment.trials().size(), "trial") + " so far";
  const auto& most = experiment.budget().max_trials;
  if (most && number > *most) {
    return "the budget is " + counted(*most, "trial") + "; `diwan extend " +
           loaded.directory.string() + " --max-trials N` changes it";
  }
  if (const std::string none = why_none_starts(loaded); !none.empty()) {
    return known + "; " + none;
  }
  return known + "; " + loaded.spec.algorithm.name + " is asked for more as slots become free (" +
         counted(experiment.live_trials().size(), "trial") + " of at most " +
         std::to_string(experiment.budget().at_a_time()) + " at a time are under way)";
}

}  // namespace diwan
