// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/ending.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>

#include "driver/core/completion_words.hpp"
#include "driver/core/counted.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/core/standing.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/results/exit_status.hpp"
#include "driver/results/table.hpp"
#include "driver/shell/as_given.hpp"
#include "driver/spec/given.hpp"

namespace diwan {
namespace {

std::string end_reason(const LoopEnd& end, const Experiment& experiment) {
  if (end.completion != Completion::none) {
    return to_string(end.completion);
  }
  return experiment.stop_asked() ? experiment.stop_asked()->by : "stopped";
}

std::string quoted(const std::filesystem::path& directory) {
  return shell_quote(as_given(directory).string());
}

void print_end(const Spec& spec, const Experiment& experiment,
               const std::filesystem::path& directory) {
  const auto best = experiment.best();
  if (!best) {
    std::printf("no trial has ended with a finite %s; see `diwan trials %s`\n",
                spec.metrics.front().name.c_str(), quoted(directory).c_str());
    return;
  }
  if (experiment.rules().directions.size() > 1) {
    std::printf("several objectives have no one best; see `diwan best %s`\n",
                quoted(directory).c_str());
    std::fflush(stdout);
    return;
  }
  const Trial& trial = experiment.trial(*best);
  const auto value = experiment.objective(trial);
  std::printf(
      "best trial #%u %s: %s=%s\n", trial.number, trial.name.c_str(),
      spec.metrics.front().name.c_str(),
      value ? shortest(*value).c_str() : printable(trial.metrics.front().latest_text).c_str());
  Given(spec, trial.assignment).each([](const Parameter& parameter, const std::string& text) {
    std::printf("  %s=%s\n", parameter.name.c_str(), text.c_str());
  });
  std::fflush(stdout);
}

/// How an experiment goes on that ended so.
const char* way_on(Completion completion) {
  switch (completion) {
    case Completion::goal_reached:
      return "set another spec.objective.goal to go on";
    case Completion::exhausted:
      return "its search space has no further point";
    case Completion::max_failed:
      return "mend what fails (`diwan logs` shows it), then raise spec.maxFailedTrialCount "
             "to go on";
    case Completion::no_metrics:
      return "mend what is printed or collected, then give --keep-going to go on";
    case Completion::none:
    case Completion::max_trials:
      break;
  }
  return "raise spec.maxTrialCount or give --max-trials to go on";
}

/// Where job after job ends by its time limit and no trial comes to its end, nor any nearer to it,
/// the next one would do no better.
bool going_on_is_no_use(const LoopEnd& end, const Experiment& experiment) {
  constexpr std::uint32_t patience = 3;
  const auto& stop = experiment.stop_asked();
  return end.completion == Completion::none && stop && stop->by == by_time_limit &&
         experiment.fruitless_owners() >= patience && !end.work_is_saved;
}

}  // namespace

Outcome outcome_of(const LoopEnd& end, const std::optional<std::string>& disk_failure,
                   const Experiment& experiment) {
  if (disk_failure) {
    return {.exit = static_cast<int>(ExitStatus::cannot_write),
            .reason = *disk_failure,
            .time = wall_clock()};
  }
  if (end.refused) {
    return {
        .exit = static_cast<int>(ExitStatus::usage), .reason = *end.refused, .time = wall_clock()};
  }
  if (end.algorithm_failure && end.completion == Completion::none) {
    return {.exit = static_cast<int>(ExitStatus::internal_error),
            .reason = *end.algorithm_failure,
            .time = wall_clock()};
  }
  if (going_on_is_no_use(end, experiment)) {
    return {.exit = static_cast<int>(ExitStatus::stopped),
            .reason = "time limit, " + std::to_string(experiment.fruitless_owners()) +
                      " times in a row before any trial had ended",
            .time = wall_clock()};
  }
  return {
      .exit = exit_status(experiment), .reason = end_reason(end, experiment), .time = wall_clock()};
}

void say_goodbye(const RunRequest& request, const Outcome& outcome, const Experiment& experiment,
                 Progress& progress) {
  const std::string directory = quoted(request.directory);
  const auto status = static_cast<ExitStatus>(outcome.exit);
  if (status == ExitStatus::requeue || status == ExitStatus::stopped ||
      status == ExitStatus::internal_error || status == ExitStatus::usage) {
    // What is wrong with the input was said when it was found, in as many words.
    const std::string why = status == ExitStatus::usage ? "" : " (" + outcome.reason + ")";
    progress.note(
        "stopped" + why + " with " + counted(experiment.counters().completed(), "trial") +
        " done; the same command goes on from here" +
        (status == ExitStatus::usage ? " (with --accept-changes where its file was mended)" : ""));
    if (status == ExitStatus::stopped && experiment.fruitless_owners() > 0) {
      progress.note(
          "a trial needs more time than the job has: ask for more (sbatch --time), or let trials "
          "save their work in $DIWAN_CHECKPOINT_DIR");
    }
    return;
  }
  const Counters& counters = experiment.counters();
  const Completion completion = experiment.completion();
  const std::string why =
      outcome.reason == to_string(completion) ? in_words(completion) : outcome.reason;
  progress.note(request.spec.name + " is done (" + why +
                "): " + std::to_string(counters.succeeded + counters.early_stopped) + " of " +
                counted(counters.trials, "trial") + " gave a result; see `diwan trials " +
                directory + "`");
  if (completion == Completion::no_metrics) {
    const std::string& metric = request.spec.metrics.front().name;
    progress.note("the first three trials gave no " + metric +
                  "; the lines they printed last stand above. Print " + metric +
                  "=NUMBER, or tell metricsCollectorSpec where it is (`diwan validate --try` shows "
                  "what is found); --keep-going goes on all the same");
  } else if (completion == Completion::max_failed) {
    progress.note(way_on(completion));
  }
  if (request.print_best) {
    print_end(request.spec, experiment, request.directory);
  }
}

void say_done_already(const RunRequest& request, const Experiment& experiment, Progress& progress) {
  progress.note(request.spec.name + " is done already (" + in_words(experiment.completion()) +
                "); " +
                (request.spec.confirms ? "give -k, --repeat or --set for other runs"
                                       : way_on(experiment.completion())));
  if (request.print_best) {
    print_end(request.spec, experiment, request.directory);
  }
}

}  // namespace diwan
