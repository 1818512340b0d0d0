// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/loop.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

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
class Slots final : public Launcher {
 public:
  std::string_view name() const override { return "slots"; }
  std::uint32_t capacity() const override { return 1; }
  void submit(std::span<const Launch> launches) override {
    for (const Launch& launch : launches) {
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

 private:
  void end(RunKey run, RunOutcome outcome) {
    Ended ended;
    ended.run = run;
    ended.outcome = outcome;
    reports_.emplace_back(ended);
  }

  std::vector<Report> reports_;
};

class LoopWithABrittleAlgorithm : public testing::TestWithParam<Brittle::Breaks> {
 public:
  LoopWithABrittleAlgorithm(const LoopWithABrittleAlgorithm&) = delete;
  LoopWithABrittleAlgorithm& operator=(const LoopWithABrittleAlgorithm&) = delete;

 protected:
  LoopWithABrittleAlgorithm() {
    std::string name = testing::TempDir() + "diwan-loop-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~LoopWithABrittleAlgorithm() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
};

TEST_P(LoopWithABrittleAlgorithm, EndsSaysWhyAndKeepsWhatWasDone) {
  Rules rules;
  rules.directions = {Direction::minimize};
  const auto store = Store::open(directory_, this_process(), {});
  Coordinator coordinator(Experiment(rules), {});
  Slots slots;
  PolicyThread policy(std::make_unique<Brittle>(GetParam()));
  Signals signals;
  Progress progress("e", ProgressMode::none, stderr);
  LoopHooks hooks{.trial_name = [](std::uint32_t number) { return "e-" + std::to_string(number); },
                  .launch =
                      [](const Trial& trial, const std::string& /*parent*/) {
                        Launch launch;
                        launch.run = trial.run();
                        return launch;
                      },
                  .columns = {}};
  LoopOptions options;
  options.directory = directory_;
  options.epoch = store->epoch();
  KeptFiles files(options.directory, {}, coordinator.experiment());
  Loop loop(coordinator, *store, slots, policy, signals, progress, files, hooks, options);

  const LoopEnd end = loop.run({OwnerChanged{}, BudgetSet{}, AdoptionDone{}});

  ASSERT_TRUE(end.algorithm_failure);
  EXPECT_EQ(end.algorithm_failure->substr(0, 29), "the algorithm failed: cannot ");
  EXPECT_EQ(end.completion, Completion::none);
  const Experiment& experiment = coordinator.experiment();
  EXPECT_EQ(experiment.stop_asked()->by, *end.algorithm_failure);
  EXPECT_TRUE(experiment.live_trials().empty());
  EXPECT_EQ(experiment.counters().completed(), 2U);
}

INSTANTIATE_TEST_SUITE_P(WhereverItBreaks, LoopWithABrittleAlgorithm,
                         testing::Values(Brittle::Breaks::in_ask, Brittle::Breaks::in_tell));

}  // namespace
}  // namespace diwan
