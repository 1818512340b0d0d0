// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// What makes the loop stop before the experiment is done, other than the end of its job.

#include <chrono>
#include <csignal>
#include <cstring>
#include <string>

#include "driver/results/duration_text.hpp"
#include "driver/shell/loop.hpp"

namespace diwan {

using namespace std::chrono_literals;

void Loop::collect_signals(std::vector<Stimulus>& stimuli) {
  // After a stop of the whole process (SIGSTOP, a suspended laptop) CONT only means: go on.
  // A turn takes a tenth of a second at most; mpirun's own TERM follows its CONT in any case.
  const bool was_stopped = Clock::now() - last_turn_ > 500ms;
  for (const int number : signals_.take()) {
    if (number == SIGCONT && (was_stopped || !options_.mpirun_grace)) {
      continue;
    }
    const bool ends_soon =
        number == SIGCONT || number == SIGTERM || number == SIGINT || number == SIGHUP;
    if (options_.mpirun_grace && ends_soon && *options_.mpirun_grace < options_.grace) {
      options_.grace = *options_.mpirun_grace;
      launcher_.set_grace(options_.grace);
    }
    // mpirun warns with CONT, then TERM, and under Slurm both come to mpirun and us: one request.
    if (options_.mpirun_grace && (number == SIGTERM || number == SIGCONT) &&
        coordinator_.experiment().draining()) {
      continue;
    }
    const char* name = sigabbrev_np(number);
    drain(stimuli, number == SIGINT ? StopAsked::Kind::stop : StopAsked::Kind::drain,
          number == SIGCONT ? "interrupted under mpirun, by Ctrl-C or TERM"
                            : std::string("SIG") + (name != nullptr ? name : "?"));
  }
}

void Loop::drain(std::vector<Stimulus>& stimuli, StopAsked::Kind kind, const std::string& by) {
  const bool again = coordinator_.experiment().draining();
  stimuli.emplace_back(StopAsked{.kind = kind, .now = again, .trial = 0, .reason = {}, .by = by});
  progress_.note(again ? by + ": ending the running trials now"
                       : by + ": starting nothing more, running trials have " +
                             duration_text(std::chrono::duration<double>(options_.grace).count()) +
                             " to save their work (once more: end them now)");
}

/// Nothing can be run any more; what was told of is safe, and the run can be resumed.
void Loop::stop_for(const std::string& cause, bool now, std::vector<Stimulus>& stimuli) {
  if (!coordinator_.experiment().draining()) {
    progress_.note(cause);
    stimuli.emplace_back(StopAsked{
        .kind = StopAsked::Kind::drain, .now = now, .trial = 0, .reason = {}, .by = cause});
  }
}

/// The algorithm failed, in an ask or when it was told something: nothing sound can be started any
/// more, and what runs may save its work.
void Loop::give_up(const std::string& cause, std::vector<Stimulus>& stimuli) {
  if (algorithm_failure_) {
    return;
  }
  algorithm_failure_ = "the algorithm failed: " + cause;
  progress_.alarm(*algorithm_failure_ + "; ending the run, all that is done is kept");
  stimuli.emplace_back(StopAsked{.kind = StopAsked::Kind::drain,
                                 .now = false,
                                 .trial = 0,
                                 .reason = {},
                                 .by = *algorithm_failure_});
}

}  // namespace diwan
