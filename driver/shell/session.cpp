// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/session.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "driver/core/coordinator.hpp"
#include "driver/core/counted.hpp"
#include "driver/launchers/supervisor/absence.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/recover.hpp"
#include "driver/results/exit_status.hpp"
#include "driver/shell/adoption.hpp"
#include "driver/shell/as_given.hpp"
#include "driver/shell/beginning.hpp"
#include "driver/shell/early_stopping.hpp"
#include "driver/shell/ending.hpp"
#include "driver/shell/held_directory.hpp"
#include "driver/shell/history.hpp"
#include "driver/shell/initial_trials.hpp"
#include "driver/shell/known_from.hpp"
#include "driver/shell/launching.hpp"
#include "driver/shell/log_tail.hpp"
#include "driver/shell/loop.hpp"
#include "driver/shell/naming.hpp"
#include "driver/shell/policy.hpp"
#include "driver/shell/requirements.hpp"
#include "driver/shell/saved_work.hpp"
#include "driver/shell/signals.hpp"
#include "driver/spec/algorithm.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

/// One run, from taking the directory to giving it back.
class Session {
 public:
  Session(const RunRequest& request, const LauncherFactory& make_launcher)
      : request_(request),
        make_launcher_(make_launcher),
        progress_(request.spec.name, request.progress, stderr,
                  [this](const Trial& trial) { return tail_of(trial, 5); }),
        settings_(run_settings(request.spec, request.directory, request.grace, request.container,
                               request.keep)),
        directory_(request_, progress_) {}

  int run() {
    if (const History* known = directory_.known()) {
      refuse_changes(request_, known->experiment);
    }
    seed_ = choose_seed(request_, directory_.known());
    return directory_.known() == nullptr ? begin() : resume();
  }

 private:
  int begin() {
    for (const std::filesystem::path& path : request_.from) {
      std::ranges::move(known_from(path, request_.spec, progress_), std::back_inserter(known_));
    }
    // Launchers want to see the directory from every host.
    directory_.take();
    start_launcher();
    budget_ = budget_change(request_, nullptr, launcher_->default_parallel());
    progress_.note(beginning_text(request_, budget(), *launcher_, nullptr));
    for (const std::string& note : notes_of(request_.spec, budget_->budget)) {
      progress_.note("note: " + note);
    }
    return go_on();
  }

  int resume() {
    if (!request_.from.empty()) {
      progress_.note(
          "--from is read when an experiment begins; this one goes on with what it knows");
    }
    start_launcher();
    const Experiment& experiment = directory_.known()->experiment;
    refuse_other_launcher(experiment);
    budget_ = budget_change(request_, directory_.known(), launcher_->default_parallel());
    if (work_left(request_, experiment, budget_)) {
      directory_.take();
      progress_.note(
          beginning_text(request_, budget(), *launcher_, &directory_.history().experiment));
      return go_on();
    }
    if (directory_.was_free() && !directory_.was_closed()) {
      directory_.take();
      LoopEnd end;
      end.completion = directory_.history().experiment.completion();
      return finish(end, directory_.history().experiment,
                    checkpoint_names(request_.spec.name, request_.spec.space));
    }
    say_done_already(request_, experiment, progress_);
    return exit_status(experiment);
  }

  /// The algorithm's, with the budget that the experiment began with: what hangs on it, as a grid's
  /// order, does not change under way.
  Problem problem() const {
    const Budget first = directory_.history().first_budget.value_or(budget());
    Problem problem = problem_of(request_.spec, seed_);
    problem.max_trials = first.max_trials;
    problem.parallel = first.parallel;
    return problem;
  }

  /// That is in force from now on.
  const Budget& budget() const {
    return budget_ ? budget_->budget : directory_.history().experiment.budget();
  }

  CoordinatorOptions coordinator_options() const {
    const std::uint32_t slots = std::min(launcher_->capacity(), budget().at_a_time());
    CoordinatorOptions options;
    options.runs_outlive_us = launcher_->runs_outlive_us();
    options.reserve = request_.reserve.value_or(slots <= 16 ? 0 : (slots + 49) / 50);
    options.time_limit = settings_.time_limit;
    return options;
  }

  /// What the coordinator is to know first.
  std::vector<Stimulus> first_stimuli() {
    const Experiment& experiment = directory_.history().experiment;
    std::vector<Stimulus> first;
    first.emplace_back(directory_.owner_event(seed_, launcher_->name(), std::move(known_)));
    if (budget_) {
      first.emplace_back(*budget_);
    }
    name_idle_workers(budget());
    if (!are_adopted_by_launcher(experiment)) {
      std::ranges::move(left_behind(settings_, experiment, progress_), std::back_inserter(first));
    }
    if (!request_.job_end.problem.empty()) {
      progress_.note("note: " + request_.job_end.problem);
    }
    first.emplace_back(AdoptionDone{});
    return first;
  }

  /// Once, where a trial goes on from another that has saved nothing.
  void say_checkpoint_missing(const std::string& parent) {
    if (parent.empty() || !request_.spec.resume_from_checkpoint || said_checkpoint_missing_ ||
        has_saved_work(request_.directory, parent)) {
      return;
    }
    said_checkpoint_missing_ = true;
    progress_.note("note: " + parent +
                   " left no checkpoint, so trials that go on from it begin anew; save to "
                   "$DIWAN_CHECKPOINT_DIR");
  }

  LoopHooks loop_hooks(EarlyStopper* early_stopper) {
    return {
        .trial_name =
            [this](std::uint32_t number) { return trial_name(request_.spec.name, seed_, number); },
        .launch =
            [this](const Trial& trial, const std::string& parent) {
              say_checkpoint_missing(parent);
              return launch_of(request_.spec, trial, parent, seed_, request_.directory);
            },
        .recover =
            [this](const Trial& trial) { return recover(settings_, trial.name, trial.run()); },
        .saved_work =
            [this](const Trial& trial) {
              return request_.spec.resume_from_checkpoint ||
                     has_saved_work(request_.directory, trial.name);
            },
        .early_stopper = early_stopper,
        .announcer = announcer_ ? &*announcer_ : nullptr,
        .columns = checkpoint_names(request_.spec.name, request_.spec.space)};
  }

  int go_on() {
    Signals signals;
    std::vector<Stimulus> first = first_stimuli();
    History& history = directory_.history();
    PolicyThread policy(with_initial_trials(make_suggester(request_.spec.algorithm.name, problem()),
                                            listed_trials(request_.spec, history.experiment)));
    const std::unique_ptr<EarlyStopper> early_stopper = early_stopper_of(request_.spec);
    for (const Fact& fact : history.facts) {
      if (early_stopper) {
        early_stopper->tell(fact);  // the advice it gave then is decided on
      }
    }
    policy.tell(std::move(history.facts));
    progress_.tell_notices(std::move(history.notices), as_given(request_.directory));
    KeepRule kept = request_.kept;
    kept.for_children = request_.spec.resume_from_checkpoint;
    KeptFiles files(request_.directory, kept, history.experiment);
    if (request_.announcements.wanted()) {
      announcer_.emplace(request_.announcements, request_.spec, request_.directory,
                         history.experiment);
    }
    const CoordinatorOptions options = coordinator_options();
    Coordinator coordinator(std::move(history.experiment), options);
    LoopHooks hooks = loop_hooks(early_stopper.get());
    const CheckpointNames columns = hooks.columns;
    Loop loop(coordinator, directory_.store(), *launcher_, policy, signals, progress_, files,
              std::move(hooks),
              {.directory = request_.directory,
               .epoch = directory_.store().epoch(),
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
    Store& store = directory_.store();
    store.save(std::make_shared<const Experiment>(experiment), columns);
    const Outcome outcome =
        outcome_of(end, end.disk_failure ? end.disk_failure : store.failure(), experiment);
    store.close(nullptr, columns, outcome_line(outcome));
    if (announcer_) {
      announcer_->ended(outcome, experiment);
    }
    const auto failure = end.disk_failure ? end.disk_failure : store.failure();
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
  void refuse_other_launcher(const Experiment& experiment) const {
    const std::string& before = experiment.owner().launcher;
    if (before == "slurm" && launcher_->name() != before && !experiment.live_trials().empty()) {
      throw RunRefused(counted(experiment.live_trials().size(), "trial") + " of this experiment " +
                       (experiment.live_trials().size() == 1 ? "is" : "are") +
                       " in Slurm's hands; go on with --launcher slurm, or end what is there first "
                       "(`diwan run --launcher slurm` and `diwan stop`)");
    }
  }

  void start_launcher() {
    launcher_ = make_launcher_({.settings = settings_,
                                .trials_per_rank = request_.trials_per_rank,
                                .slots = std::nullopt,
                                .resources = request_.spec.trial_template->resources,
                                .slurm = request_.spec.trial_template->slurm,
                                .pilots = request_.pilots});
  }

  const RunRequest& request_;
  const LauncherFactory& make_launcher_;
  Progress progress_;
  bool said_checkpoint_missing_ = false;
  RunSettings settings_;
  HeldDirectory directory_;
  std::unique_ptr<Launcher> launcher_;
  std::uint64_t seed_ = 0;
  std::vector<KnownResult> known_;  ///< by --from
  std::optional<BudgetSet> budget_;
  std::optional<Announcer> announcer_;
};

}  // namespace

int run_experiment(const RunRequest& request, const LauncherFactory& make_launcher) {
  std::string refused;
  for (const std::string& obstacle : obstacles(request.spec, request.container, request.tasks)) {
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
