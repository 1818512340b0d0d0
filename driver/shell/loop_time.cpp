// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// What the loop does because the job that it runs in comes to an end.

#include <algorithm>
#include <array>
#include <chrono>

#include "driver/launchers/clock.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/shell/loop.hpp"
#include "driver/shell/walltime.hpp"

namespace diwan {

using namespace std::chrono_literals;

/// Saving may turn out to take longer than was thought.
void Loop::collect_deadline(std::vector<Stimulus>& stimuli) {
  if (!options_.job_end) {
    return;
  }
  const Time now = wall_clock();
  const Time deadline = trial_deadline(began_.value_or(now), *options_.job_end,
                                       {.grace = options_.grace,
                                        .saving_took = store_.checkpoint_took(),
                                        .leaving = options_.mpirun_leaving});
  began_ = began_.value_or(now);
  if (!deadline_ || deadline < *deadline_) {
    deadline_ = deadline;
    // Before the others: they are judged by it.
    stimuli.insert(stimuli.begin(), DeadlineSet{deadline});
  }
}

bool Loop::work_was_saved() const {
  const Experiment& experiment = coordinator_.experiment();
  return std::ranges::any_of(std::array{&experiment.again_trials(), &experiment.live_trials()},
                             [&](const auto* trials) {
                               return hooks_.saved_work && !trials->empty() &&
                                      hooks_.saved_work(experiment.trial(*trials->begin()));
                             });
}

/// One trial tells it for all: one that runs, or was interrupted.
void Loop::look_for_saved_work(std::vector<Stimulus>& stimuli) {
  if (!options_.job_end || coordinator_.saves_work() || Clock::now() - last_look_ < 5s) {
    return;
  }
  last_look_ = Clock::now();
  if (work_was_saved()) {
    stimuli.insert(stimuli.begin(), WorkSaved{});
  }
}

/// What the coordinator decided by itself.
void Loop::tell_stop(const StopAsked& asked) {
  if (asked.kind == StopAsked::Kind::hold) {
    progress_.note("no trial starts any more: " + asked.reason);
  } else if (asked.kind == StopAsked::Kind::drain && asked.by == by_time_limit) {
    const bool idle = coordinator_.experiment().live_trials().empty();
    progress_.note(idle ? "time limit: nothing runs, so the rest of the job's time is given back"
                        : "time limit: the job is about to end, running trials have " +
                              duration_text(std::chrono::duration<double>(options_.grace).count()) +
                              " to save their work");
  }
}

}  // namespace diwan
