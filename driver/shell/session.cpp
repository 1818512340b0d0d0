// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/session.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <thread>
#include <utility>
#include <variant>

#include "driver/core/completion_words.hpp"
#include "driver/core/coordinator.hpp"
#include "driver/core/standing.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/launchers/supervisor/absence.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/recover.hpp"
#include "driver/results/exit_status.hpp"
#include "driver/results/known_results.hpp"
#include "driver/results/outcome.hpp"
#include "driver/results/table.hpp"
#include "driver/shell/control.hpp"
#include "driver/shell/early_stopping.hpp"
#include "driver/shell/history.hpp"
#include "driver/shell/initial_trials.hpp"
#include "driver/shell/launching.hpp"
#include "driver/shell/log_tail.hpp"
#include "driver/shell/loop.hpp"
#include "driver/shell/naming.hpp"
#include "driver/shell/old_world.hpp"
#include "driver/shell/policy.hpp"
#include "driver/shell/requirements.hpp"
#include "driver/shell/saved_work.hpp"
#include "driver/shell/signals.hpp"
#include "driver/spec/algorithm.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

OwnerChanged owner_event(const RunRequest& request, const OwnerIdentity& identity,
                         std::uint64_t epoch, std::uint64_t seed, std::string_view launcher,
                         std::vector<KnownResult> known) {
  return {.epoch = epoch,
          .host = identity.host,
          .boot_id = identity.boot_id,
          .pid = identity.pid,
          .job_id = identity.job_id,
          .launcher = std::string(launcher),
          .version = DIWAN_VERSION,
          .seed = seed,
          .spec = request.spec.text,
          .spec_file = request.spec.file.string(),
          .file_budget = request.spec.budget,
          .keep_going = request.keep_going,
          .known = std::move(known)};
}

/// What one place of --from gives; says what it gave.
std::vector<KnownResult> known_from(const std::filesystem::path& path, const Spec& spec,
                                    Progress& progress) {
  KnownResults known;
  try {
    known = std::filesystem::is_directory(path) ? known_results_of_directory(path, spec)
                                                : known_results_of_csv(path, spec);
  } catch (const KnownResultsError& error) {
    throw RunRefused(std::string("--from ") + error.what());
  }
  const std::string left_out =
      known.left_out == 0 ? ""
                          : " (" + std::to_string(known.left_out) + " left out: " + known.why + ")";
  if (known.results.empty()) {
    throw RunRefused("--from " + path.string() + ": has no ended trial that fits the search space" +
                     left_out + "; leave it away, or widen the space");
  }
  progress.note("from " + path.string() + ": " + std::to_string(known.results.size()) + " results" +
                left_out + (known.assumed.empty() ? "" : "; " + known.assumed));
  return std::move(known.results);
}

/// The trials the file lists to begin with; none where the experiment began with others
/// (--accept-changes).
std::vector<Assignment> initial_trials(const Spec& spec, const Experiment& experiment) {
  const std::size_t begun = std::min(spec.initial_trials.size(), experiment.trials().size());
  const bool as_listed = std::equal(
      spec.initial_trials.begin(), spec.initial_trials.begin() + static_cast<std::ptrdiff_t>(begun),
      experiment.trials().begin(),
      [](const Assignment& listed, const Trial& trial) { return listed == trial.assignment; });
  return as_listed ? spec.initial_trials : std::vector<Assignment>{};
}

/// What runs of a dead coordinator that died with it left behind: the ends they recorded, and the
/// observations in their logs that were not acknowledged.
void adopt(const RunRequest& request, const RunSettings& settings, const Experiment& experiment,
           Progress& progress, std::vector<Stimulus>& stimuli) {
  for (const std::string& line : end_old_world(request.directory, std::chrono::seconds(15))) {
    progress.note(line);
  }
  for (const std::uint32_t number : experiment.live_trials()) {
    const Trial& trial = experiment.trial(number);
    for (Report& report : recover(settings, trial.name, trial.run())) {
      std::visit([&](auto& event) { stimuli.emplace_back(std::move(event)); }, report);
    }
  }
}

std::string end_reason(const LoopEnd& end, const Experiment& experiment) {
  if (end.completion != Completion::none) {
    return to_string(end.completion);
  }
  return experiment.stop_asked() ? experiment.stop_asked()->by : "stopped";
}

void print_end(const Spec& spec, const Experiment& experiment,
               const std::filesystem::path& directory) {
  const auto best = experiment.best();
  if (!best) {
    std::printf("no trial has ended with a finite %s; see `diwan trials %s`\n",
                spec.metrics.front().name.c_str(), directory.filename().c_str());
    return;
  }
  if (experiment.rules().directions.size() > 1) {
    std::printf("several objectives have no one best; see `diwan best %s`\n",
                directory.filename().c_str());
    std::fflush(stdout);
    return;
  }
  const Trial& trial = experiment.trial(*best);
  const auto value = experiment.objective(trial);
  std::printf(
      "best trial #%u %s: %s=%s\n", trial.number, trial.name.c_str(),
      spec.metrics.front().name.c_str(),
      value ? shortest(*value).c_str() : printable(trial.metrics.front().latest_text).c_str());
  for (std::size_t i = 0; i < spec.space.size(); ++i) {
    if (!std::isnan(trial.assignment.values[i])) {
      std::printf("  %s=%s\n", spec.space.parameters()[i].name.c_str(),
                  spec.space.text(i, trial.assignment.values[i]).c_str());
    }
  }
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
  const std::string directory = request.directory.filename().string();
  const auto status = static_cast<ExitStatus>(outcome.exit);
  if (status == ExitStatus::requeue || status == ExitStatus::stopped ||
      status == ExitStatus::internal_error || status == ExitStatus::usage) {
    progress.note("stopped (" + outcome.reason + ") with " +
                  std::to_string(experiment.counters().completed()) +
                  " trials done; the same command goes on from here");
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
                std::to_string(counters.trials) + " trials gave a result; see `diwan trials " +
                directory + "`");
  if (completion == Completion::no_metrics) {
    const std::string& metric = request.spec.metrics.front().name;
    progress.note("the first three trials gave no " + metric +
                  "; the lines they printed last stand above. Print " + metric +
                  "=NUMBER, or tell metricsCollectorSpec where it is (`diwan validate --try` shows "
                  "what is found); --keep-going goes on all the same");
  }
  print_end(request.spec, experiment, request.directory);
}

/// One run, from taking the directory to giving it back.
class Session {
 public:
  Session(const RunRequest& request, const LauncherFactory& make_launcher)
      : request_(request),
        make_launcher_(make_launcher),
        progress_(request.spec.name, request.progress, stderr,
                  [this](const Trial& trial) { return tail_of(trial, 5); }),
        settings_(run_settings(request.spec, request.directory, request.grace, request.container,
                               request.keep)) {}

  int run() {
    const auto owner = patient_look_at_owner();
    was_free_ = !owner || owner->life == OwnerState::Life::gone;
    history_ = read_history(request_.directory, request_.spec);
    if (history_) {
      refuse_changes(request_, history_->experiment);
    }
    seed_ = choose_seed(request_, known_history());
    if (!history_) {
      for (const std::filesystem::path& path : request_.from) {
        std::ranges::move(known_from(path, request_.spec, progress_), std::back_inserter(known_));
      }
      // Launchers want to see the directory from every host.
      take_directory();
      start_launcher();
      budget_ = budget_change(request_, nullptr, launcher_->default_parallel());
      for (const std::string& note : notes_of(request_.spec, budget_->budget)) {
        progress_.note("note: " + note);
      }
      return go_on();
    }
    if (!request_.from.empty()) {
      progress_.note(
          "--from is read when an experiment begins; this one goes on with what it knows");
    }
    start_launcher();
    refuse_other_launcher();
    budget_ = budget_change(request_, known_history(), launcher_->default_parallel());
    if (!work_left(request_, history_->experiment, budget_)) {
      if (was_free_ && !was_closed()) {
        take_directory();
        LoopEnd end;
        end.completion = history_->experiment.completion();
        return finish(end, history_->experiment,
                      checkpoint_names(request_.spec.name, request_.spec.space));
      }
      progress_.note(request_.spec.name + " is done already (" +
                     in_words(history_->experiment.completion()) + "); " +
                     way_on(history_->experiment.completion()));
      print_end(request_.spec, history_->experiment, request_.directory);
      return exit_status(history_->experiment);
    }
    take_directory();
    return go_on();
  }

 private:
  /// The owner, if there is one; one that was killed with its mpirun needs a moment to go.
  std::optional<OwnerState> patient_look_at_owner() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    auto owner = read_owner(request_.directory);
    while (owner && owner->life == OwnerState::Life::alive && !request_.take_over &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      owner = read_owner(request_.directory);
    }
    return owner;
  }

  void take_directory() {
    identity_ = this_process();
    Store::Options options;
    options.take_over = request_.take_over;
    store_ = Store::open(request_.directory, identity_, options);
    const std::uint64_t expected = history_ ? history_->experiment.owner().epoch + 1 : 1;
    if (!was_free_ || store_->epoch() != expected) {
      // Somebody may have written between our reading and our taking it.
      const bool fresh = !history_;
      history_.emplace(rules_of(request_.spec), request_.spec.space);
      history_->report =
          store_->replay([this](Record&& record) { history_->take(std::move(record)); });
      if (fresh && history_->experiment.last_record() > 0) {
        throw RunRefused("another run was started in " + request_.directory.string() +
                         " at the same moment; run the command again");
      }
    }
    // What the owner before was asked to do; this run was asked to go on.
    discard_stale_requests(request_.directory, began_);
    if (!history_) {
      history_.emplace(rules_of(request_.spec), request_.spec.space);
    }
    if (history_->report.torn_bytes > 0) {
      progress_.note("the last record of " + history_->report.torn_file +
                     " was not written to its end (" + std::to_string(history_->report.torn_bytes) +
                     " bytes); it was never acknowledged and is dropped");
    }
  }

  /// Did the run that finished the experiment write all it had to? It may have been killed, or the
  /// disk was full.
  bool was_closed() const {
    const auto outcome = read_outcome(request_.directory);
    return outcome && outcome->exit == exit_status(history_->experiment) &&
           !read_owner(request_.directory);
  }

  /// The algorithm's, with the budget that the experiment began with: what hangs on it, as a grid's
  /// order, does not change under way.
  Problem problem() const {
    const Budget first =
        history_->first_budget.value_or(budget_ ? budget_->budget : history_->experiment.budget());
    Problem problem = problem_of(request_.spec, seed_);
    problem.max_trials = first.max_trials;
    problem.parallel = first.parallel;
    return problem;
  }

  CoordinatorOptions coordinator_options() const {
    const Budget& budget = budget_ ? budget_->budget : history_->experiment.budget();
    const std::uint32_t slots = std::min(launcher_->capacity(), budget.at_a_time());
    CoordinatorOptions options;
    options.runs_outlive_us = launcher_->runs_outlive_us();
    options.reserve = request_.reserve.value_or(slots <= 16 ? 0 : (slots + 49) / 50);
    options.time_limit = settings_.time_limit;
    return options;
  }

  int go_on() {
    Signals signals;
    std::vector<Stimulus> first;
    first.emplace_back(owner_event(request_, identity_, store_->epoch(), seed_, launcher_->name(),
                                   std::move(known_)));
    if (budget_) {
      first.emplace_back(*budget_);
    }
    name_idle_workers(budget_ ? budget_->budget : history_->experiment.budget());
    if (!are_adopted_by_launcher(history_->experiment)) {
      adopt(request_, settings_, history_->experiment, progress_, first);
    }
    if (!request_.job_end.problem.empty()) {
      progress_.note("note: " + request_.job_end.problem);
    }
    first.emplace_back(AdoptionDone{});

    PolicyThread policy(with_initial_trials(make_suggester(request_.spec.algorithm.name, problem()),
                                            initial_trials(request_.spec, history_->experiment)));
    const std::unique_ptr<EarlyStopper> early_stopper = early_stopper_of(request_.spec);
    for (const Fact& fact : history_->facts) {
      if (early_stopper) {
        early_stopper->tell(fact);  // the advice it gave then is decided on
      }
    }
    policy.tell(std::move(history_->facts));
    progress_.tell_notices(std::move(history_->notices));
    KeepRule kept = request_.kept;
    kept.for_children = request_.spec.resume_from_checkpoint;
    KeptFiles files(request_.directory, kept, history_->experiment);
    const CoordinatorOptions options = coordinator_options();
    Coordinator coordinator(std::move(history_->experiment), options);
    LoopHooks hooks{
        .trial_name =
            [this](std::uint32_t number) { return trial_name(request_.spec.name, seed_, number); },
        .launch =
            [this](const Trial& trial, const std::string& parent) {
              return launch_of(request_.spec, trial, parent, seed_, request_.directory);
            },
        .recover =
            [this](const Trial& trial) { return recover(settings_, trial.name, trial.run()); },
        .saved_work =
            [this](const Trial& trial) {
              return request_.spec.resume_from_checkpoint ||
                     has_saved_work(request_.directory, trial.name);
            },
        .early_stopper = early_stopper.get(),
        .columns = checkpoint_names(request_.spec.name, request_.spec.space)};
    const CheckpointNames columns = hooks.columns;
    Loop loop(coordinator, *store_, *launcher_, policy, signals, progress_, files, std::move(hooks),
              {.directory = request_.directory,
               .epoch = store_->epoch(),
               .grace = request_.grace,
               .mpirun_grace = request_.mpirun_grace,
               .mpirun_leaving = request_.mpirun_leaving,
               .job_end = request_.job_end.at});
    const LoopEnd end = loop.run(std::move(first));
    progress_.clear();
    if (end.completion != Completion::none) {
      files.complete();
      files.written(coordinator.experiment().last_record());
    }
    return finish(end, coordinator.experiment(), columns);
  }

  int finish(const LoopEnd& end, const Experiment& experiment, const CheckpointNames& columns) {
    if (const std::string summary = launcher_->summary(); !summary.empty()) {
      progress_.note(summary);
    }
    launcher_.reset();  // ends what still runs
    if (end.lost_ownership) {
      progress_.note(request_.directory.string() + " was taken over by " + *end.lost_ownership +
                     "; this run ends");
      return static_cast<int>(ExitStatus::cannot_write);
    }
    store_->save(std::make_shared<const Experiment>(experiment), columns);
    const Outcome outcome =
        outcome_of(end, end.disk_failure ? end.disk_failure : store_->failure(), experiment);
    store_->close(nullptr, columns, outcome_line(outcome));
    const auto failure = end.disk_failure ? end.disk_failure : store_->failure();
    if (failure) {
      progress_.alarm("the state cannot be written: " + *failure);
      return static_cast<int>(ExitStatus::cannot_write);
    }
    say_goodbye(request_, outcome, experiment, progress_);
    return outcome.exit;
  }

  /// The last lines of a trial; where it gave the first objective and not another, before them what
  /// stands in its output instead (of the first its supervisor tells that).
  std::string tail_of(const Trial& trial, std::size_t lines) const {
    std::string text;
    const bool first_came = trial.metrics.front().count > 0;
    for (std::size_t i = 1; first_came && i < request_.spec.objectives.size(); ++i) {
      if (trial.metrics.at(i).count == 0) {
        text += why_no_value(settings_, run_paths(request_.directory, trial.name, trial.attempts),
                             i, false) +
                "\n";
      }
    }
    return text +
           log_tail(attempt_directory(request_.directory, trial.name, trial.attempts), lines);
  }

  void name_idle_workers(const Budget& budget) {
    const std::string idle = launcher_->idle_at(budget.at_a_time());
    if (!idle.empty()) {
      progress_.note(idle + " will get no trial: at most " +
                     std::to_string(std::min(budget.at_a_time(), launcher_->capacity())) +
                     " run at a time, by parallelTrialCount or by the GPUs that each asks for; "
                     "raise --parallel, or start fewer ranks");
    }
  }

  /// Do the runs of the owner before go on without it, known to a launcher of the same kind?
  bool are_adopted_by_launcher(const Experiment& experiment) const {
    return launcher_->runs_outlive_us() && experiment.owner().launcher == launcher_->name();
  }

  /// @throws RunRefused where runs go on elsewhere, of which this launcher knows nothing.
  void refuse_other_launcher() const {
    const Experiment& experiment = history_->experiment;
    const std::string& before = experiment.owner().launcher;
    if (before == "slurm" && launcher_->name() != before && !experiment.live_trials().empty()) {
      throw RunRefused(std::to_string(experiment.live_trials().size()) +
                       " trials of this experiment are in Slurm's hands; go on with --launcher "
                       "slurm, or end them first (`diwan run --launcher slurm` and `diwan stop`)");
    }
  }

  const History* known_history() const { return history_ ? &*history_ : nullptr; }

  void start_launcher() {
    launcher_ = make_launcher_({.settings = settings_,
                                .trials_per_rank = request_.trials_per_rank,
                                .slots = std::nullopt,
                                .resources = request_.spec.trial_template->resources,
                                .slurm = request_.spec.trial_template->slurm,
                                .pilots = request_.pilots});
  }

  const RunRequest& request_;
  const Time began_ = wall_clock();
  const LauncherFactory& make_launcher_;
  Progress progress_;
  RunSettings settings_;
  std::unique_ptr<Launcher> launcher_;
  std::optional<History> history_;
  std::uint64_t seed_ = 0;
  std::vector<KnownResult> known_;  ///< by --from
  std::optional<BudgetSet> budget_;
  bool was_free_ = true;  ///< nobody held the directory when it was read
  OwnerIdentity identity_;
  std::unique_ptr<Store> store_;
};

}  // namespace

int run_experiment(const RunRequest& request, const LauncherFactory& make_launcher) {
  std::string refused;
  for (const std::string& obstacle : obstacles(request.spec, request.container)) {
    refused += (refused.empty() ? "" : "\n") + request.spec.file.string() + ": " + obstacle;
  }
  Budget budget = request.spec.budget;
  budget.parallel = request.parallel.value_or(budget.parallel);
  budget.max_trials = request.max_trials ? request.max_trials : budget.max_trials;
  if (const auto obstacle = port_obstacle(request.spec, budget.at_a_time())) {
    refused += (refused.empty() ? "" : "\n") + request.spec.file.string() + ": " + *obstacle;
  }
  if (!refused.empty()) {
    throw RunRefused(refused);
  }
  return Session(request, make_launcher).run();
}

}  // namespace diwan
