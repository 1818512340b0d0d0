// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/loop.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"
#include "driver/launchers/clock.hpp"

namespace diwan {
namespace {

/// Suggests until it is asked, or told, once too often.
class Brittle final : public Suggester {
 public:
  enum class Breaks { in_ask, in_tell };
  explicit Brittle(Breaks breaks) : breaks_(breaks) {}

  void tell(const Fact& fact) override {
    issued_ += std::holds_alternative<Issued>(fact) ? 1 : 0;
    if (breaks_ == Breaks::in_tell && issued_ == 3) {
      throw std::runtime_error("cannot take this in");
    }
  }
  Suggestions ask(std::size_t count) const override {
    if (breaks_ == Breaks::in_ask && issued_ == 2) {
      throw std::runtime_error("cannot think any more");
    }
    Suggestions answer;
    answer.items.resize(count, {.assignment = {{0.5}}, .labels = {}, .parent = {}});
    return answer;
  }

 private:
  Breaks breaks_;
  int issued_ = 0;
};

/// Trials 1 and 2 succeed at once, all others run until they are ended.
class Slots : public Launcher {
 public:
  std::string_view name() const override { return "slots"; }
  std::uint32_t capacity() const override { return 1; }
  void submit(std::span<const Launch> launches) override {
    for (const Launch& launch : launches) {
      deadlines.push_back(launch.deadline);
      reports_.emplace_back(Started{.run = launch.run, .at = {}, .host = {}, .gpus = {}, .pid = 1});
      if (launch.run.trial < 3) {
        end(launch.run, RunOutcome::succeeded);
      }
    }
  }
  void cancel(std::span<const RunKey> runs, bool /*now*/) override {
    for (const RunKey run : runs) {
      end(run, RunOutcome::stopped);
    }
  }
  std::vector<Report> poll(std::chrono::microseconds /*patience*/) override {
    return std::exchange(reports_, {});
  }
  std::vector<Notice> notices() override { return {}; }
  void set_grace(std::chrono::milliseconds /*grace*/) override {}

  std::vector<std::optional<Time>> deadlines;  ///< of the launches

 private:
  void end(RunKey run, RunOutcome outcome) {
    Ended ended;
    ended.run = run;
    ended.outcome = outcome;
    reports_.emplace_back(ended);
  }

  std::vector<Report> reports_;
};

/// mpirun warns its ranks while the third trial runs.
class Warned final : public Slots {
 public:
  void submit(std::span<const Launch> launches) override {
    Slots::submit(launches);
    if (launches.back().run.trial == 3) {
      std::raise(SIGCONT);
    }
  }
};

/// Suggests the same point for ever.
class Stubborn final : public Suggester {
 public:
  void tell(const Fact& /*fact*/) override {}
  Suggestions ask(std::size_t count) const override {
    Suggestions answer;
    answer.items.resize(count, {.assignment = {{0.5}}, .labels = {}, .parent = {}});
    return answer;
  }
};

/// The first attempt of every trial is told lost, of the first two with their node; the second
/// succeeds.
class Forgetful final : public Launcher {
 public:
  std::string_view name() const override { return "forgetful"; }
  std::uint32_t capacity() const override { return 1; }
  void submit(std::span<const Launch> launches) override {
    for (const Launch& launch : launches) {
      reports_.emplace_back(Started{.run = launch.run, .at = {}, .host = {}, .gpus = {}, .pid = 1});
      Ended ended;
      ended.run = launch.run;
      if (launch.run.attempt == 1) {
        ended.outcome = RunOutcome::lost;
        ended.cause = launch.run.trial < 3 ? LostCause::node_gone : LostCause::unknown;
      }
      reports_.emplace_back(ended);
    }
  }
  void cancel(std::span<const RunKey> /*runs*/, bool /*now*/) override {}
  std::vector<Report> poll(std::chrono::microseconds /*patience*/) override {
    return std::exchange(reports_, {});
  }
  std::vector<Notice> notices() override { return {}; }
  void set_grace(std::chrono::milliseconds /*grace*/) override {}

 private:
  std::vector<Report> reports_;
};

/// The first trial reports 1 and succeeds; the others report 9 and run until they are ended.
class Telling final : public Launcher {
 public:
  std::string_view name() const override { return "telling"; }
  std::uint32_t capacity() const override { return 1; }
  void submit(std::span<const Launch> launches) override {
    for (const Launch& launch : launches) {
      reports_.emplace_back(Started{.run = launch.run, .at = {}, .host = {}, .gpus = {}, .pid = 1});
      Observed report;
      report.run = launch.run;
      report.values = {launch.run.trial == 1 ? 1.0 : 9.0};
      report.times = {Time{}};
      reports_.emplace_back(report);
      if (launch.run.trial == 1) {
        end(launch.run, RunOutcome::succeeded);
      }
    }
  }
  void cancel(std::span<const RunKey> runs, bool /*now*/) override {
    for (const RunKey run : runs) {
      end(run, RunOutcome::stopped);
    }
    cancelled.count_down();
  }
  std::vector<Report> poll(std::chrono::microseconds /*patience*/) override {
    return std::exchange(reports_, {});
  }
  std::vector<Notice> notices() override { return {}; }
  void set_grace(std::chrono::milliseconds /*grace*/) override {}

  std::latch cancelled{1};

 private:
  void end(RunKey run, RunOutcome outcome) {
    Ended ended;
    ended.run = run;
    ended.outcome = outcome;
    reports_.emplace_back(ended);
  }

  std::vector<Report> reports_;
};

/// Suggests the same point for ever, and ponders a report of the second trial until it is ended.
class Pondering final : public Suggester {
 public:
  explicit Pondering(std::latch& ended) : ended_(ended) {}
  void tell(const Fact& fact) override {
    const auto* report = std::get_if<Reported>(&fact);
    if (report != nullptr && report->trial == 2) {
      ended_.wait();
    }
  }
  Suggestions ask(std::size_t count) const override {
    Suggestions answer;
    answer.items.resize(count, {.assignment = {{0.5}}, .labels = {}, .parent = {}});
    return answer;
  }

 private:
  std::latch& ended_;
};

/// A loop in a directory of its own.
class LoopTest : public testing::Test {
 public:
  LoopTest(const LoopTest&) = delete;
  LoopTest& operator=(const LoopTest&) = delete;

 protected:
  LoopTest() {
    std::string name = testing::TempDir() + "diwan-loop-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~LoopTest() override { std::filesystem::remove_all(directory_); }

  static Experiment empty_experiment() {
    Rules rules;
    rules.metrics = {{.name = "loss"}};
    rules.directions = {Direction::minimize};
    return Experiment(rules);
  }

  /// Runs it to its end with this budget.
  LoopEnd run(Launcher& launcher, std::unique_ptr<Suggester> algorithm, const BudgetSet& budget,
              EarlyStopper* early_stopper = nullptr) {
    const auto store = Store::open(directory_, this_process(), {});
    PolicyThread policy(std::move(algorithm));
    Signals signals;
    Progress progress("e", ProgressMode::none, stderr);
    const LoopHooks hooks{
        .trial_name = [](std::uint32_t number) { return "e-" + std::to_string(number); },
        .launch =
            [](const Trial& trial, const std::string& /*parent*/) {
              Launch launch;
              launch.run = trial.run();
              return launch;
            },
        .recover = [this](const Trial& trial) { return recorded_[trial.run()]; },
        .saved_work = [this](const Trial& /*trial*/) { return work_is_saved_; },
        .early_stopper = early_stopper,
        .columns = {}};
    LoopOptions options;
    options.directory = directory_;
    options.epoch = store->epoch();
    options.grace = grace_;
    options.job_end = job_end_;
    options.mpirun_grace = mpirun_grace_;
    KeptFiles files(options.directory, {}, coordinator_.experiment());
    Loop loop(coordinator_, *store, launcher, policy, signals, progress, files, hooks, options);
    return loop.run({OwnerChanged{}, budget, AdoptionDone{}});
  }

  const Experiment& experiment() const { return coordinator_.experiment(); }

  std::map<RunKey, std::vector<Report>> recorded_;  ///< what the folders of runs say
  std::optional<Time> job_end_;
  std::chrono::milliseconds grace_{30000};
  std::optional<std::chrono::milliseconds> mpirun_grace_;
  bool work_is_saved_ = false;

 private:
  std::filesystem::path directory_;
  Coordinator coordinator_{empty_experiment(), {}};
};

class LoopWithABrittleAlgorithm : public LoopTest,
                                  public testing::WithParamInterface<Brittle::Breaks> {};

TEST_P(LoopWithABrittleAlgorithm, EndsSaysWhyAndKeepsWhatWasDone) {
  Slots slots;

  const LoopEnd end = run(slots, std::make_unique<Brittle>(GetParam()), BudgetSet{});

  ASSERT_TRUE(end.algorithm_failure);
  EXPECT_EQ(end.algorithm_failure->substr(0, 29), "the algorithm failed: cannot ");
  EXPECT_EQ(end.completion, Completion::none);
  EXPECT_EQ(experiment().stop_asked()->by, *end.algorithm_failure);
  EXPECT_TRUE(experiment().live_trials().empty());
  EXPECT_EQ(experiment().counters().completed(), 2U);
}

TEST_F(LoopTest, ARunWhoseWorkerDiedAfterItsEndWasWrittenIsNotRunAgain) {
  Ended killed;
  killed.run = {2, 1};
  killed.outcome = RunOutcome::lost;
  killed.cause = LostCause::coordinator_gone;
  const auto done = [](std::uint32_t trial) {
    Ended ended;
    ended.run = {trial, 1};
    return ended;
  };
  recorded_ = {{{1, 1}, {done(1)}}, {{2, 1}, {killed}}, {{3, 1}, {done(3)}}};
  BudgetSet budget;
  budget.budget.max_trials = 3;
  Forgetful launcher;

  run(launcher, std::make_unique<Stubborn>(), budget);

  EXPECT_EQ(experiment().trial(1).attempts, 1U);
  EXPECT_EQ(experiment().trial(2).attempts, 2U);
  EXPECT_EQ(experiment().trial(3).attempts, 1U);
  EXPECT_EQ(experiment().counters().completed(), 3U);
}

TEST_F(LoopTest, WhatMpirunPassesOnIsAnInterruption) {
  Warned launcher;
  mpirun_grace_ = std::chrono::seconds(1);

  const LoopEnd end = run(launcher, std::make_unique<Stubborn>(), BudgetSet{});

  EXPECT_EQ(end.completion, Completion::none);
  EXPECT_EQ(experiment().stop_asked()->by, "interrupted under mpirun, by Ctrl-C or TERM");
}

TEST_F(LoopTest, ATrialIsStoppedEarlyHoweverLongTheAlgorithmThinks) {
  const auto stopper = make_early_stopper(
      "medianstop",
      {.space = SearchSpace(), .settings = {{"min_trials_required", "1"}, {"start_step", "1"}}});
  BudgetSet budget;
  budget.budget.max_trials = 2;
  Telling launcher;

  run(launcher, std::make_unique<Pondering>(launcher.cancelled), budget, stopper.get());

  const Trial& stopped = experiment().trial(2);
  EXPECT_EQ(experiment().trial(1).status, TrialStatus::succeeded);
  EXPECT_EQ(stopped.status, TrialStatus::early_stopped);
  EXPECT_EQ(stopped.rule,
            "medianstop at step 1: its best 9 is worse than 1, the median of the "
            "running averages of 1 trial");
  EXPECT_EQ(experiment().objective(stopped), 9);
  EXPECT_EQ(experiment().best(), 1U);
}

TEST_F(LoopTest, ItsTrialsAreAskedToEndBeforeTheJobDoes) {
  Slots slots;
  const Time begin = wall_clock();
  job_end_ = begin + std::chrono::milliseconds(600);

  const LoopEnd end = run(slots, std::make_unique<Stubborn>(), BudgetSet{});

  EXPECT_EQ(end.completion, Completion::none);
  EXPECT_EQ(experiment().stop_asked()->by, by_time_limit);
  EXPECT_LT(wall_clock(), *job_end_) << "half of so short a job is left for saving";
  EXPECT_EQ(slots.deadlines.size(), 3U);
  EXPECT_LE(*slots.deadlines.back(), *job_end_);
  EXPECT_GE(*slots.deadlines.back(), begin + std::chrono::milliseconds(200));
  EXPECT_EQ(experiment().again_trials(), (std::set<std::uint32_t>{3}));
}

TEST_F(LoopTest, WithoutAKnownEndItsTrialsHaveNoDeadline) {
  Slots slots;
  BudgetSet budget;
  budget.budget.max_trials = 2;

  run(slots, std::make_unique<Stubborn>(), budget);

  EXPECT_EQ(slots.deadlines, (std::vector<std::optional<Time>>(2)));
}

TEST_F(LoopTest, TellsWhetherAnInterruptedTrialSavedItsWork) {
  for (const bool saved : {false, true}) {
    Slots slots;
    job_end_ = wall_clock() + std::chrono::milliseconds(300);
    work_is_saved_ = saved;

    EXPECT_EQ(run(slots, std::make_unique<Stubborn>(), BudgetSet{}).work_is_saved, saved);
  }
}

INSTANTIATE_TEST_SUITE_P(WhereverItBreaks, LoopWithABrittleAlgorithm,
                         testing::Values(Brittle::Breaks::in_ask, Brittle::Breaks::in_tell));

}  // namespace
}  // namespace diwan
