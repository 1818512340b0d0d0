// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/beginning.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "driver/core/apply.hpp"

namespace diwan {
namespace {

/// Eight slots that run nothing.
class Slots final : public Launcher {
 public:
  std::string_view name() const override { return "slots"; }
  std::string where() const override { return "in slots"; }
  std::uint32_t capacity() const override { return 8; }
  void submit(std::span<const Launch> /*launches*/) override {}
  void cancel(std::span<const RunKey> /*runs*/, bool /*now*/) override {}
  std::vector<Report> poll(std::chrono::microseconds /*patience*/) override { return {}; }
  std::vector<Notice> notices() override { return {}; }
  void set_grace(std::chrono::milliseconds /*grace*/) override {}
};

RunRequest request_in(const std::string& directory) {
  RunRequest request;
  request.spec.name = "search";
  request.spec.algorithm.name = "tpe";
  request.directory = std::filesystem::current_path() / directory;
  return request;
}

Budget at_a_time(std::uint32_t parallel, std::optional<std::uint32_t> max_trials = {}) {
  Budget budget;
  budget.parallel = parallel;
  budget.max_trials = max_trials;
  return budget;
}

/// One trial that succeeded and one that failed.
Experiment two_done() {
  Rules rules;
  rules.metrics = {{.name = "loss"}};
  rules.directions = {Direction::minimize};
  Experiment experiment(rules);
  const auto tell = [&](Event event) {
    apply(experiment, {experiment.last_record() + 1, Time{}, std::move(event)});
  };
  for (const std::uint32_t trial : {1U, 2U}) {
    tell(Suggested{trial, "search-" + std::to_string(trial), {{0.5}}, {}, {}});
    tell(Queued{{trial, 1}});
    Ended ended;
    ended.run = {trial, 1};
    ended.outcome = trial == 1 ? RunOutcome::succeeded : RunOutcome::failed;
    tell(ended);
  }
  return experiment;
}

TEST(Beginning, SaysWhatWillRunHowManyAtATimeAndWhere) {
  EXPECT_EQ(beginning_text(request_in("search.diwan"), at_a_time(4, 100), Slots(), nullptr),
            "search.diwan: tpe, 100 trials, 4 at a time in slots");
}

TEST(Beginning, SaysHowManyAreDoneWhereItGoesOn) {
  const Experiment before = two_done();

  EXPECT_EQ(beginning_text(request_in("search.diwan"), at_a_time(4, 100), Slots(), &before),
            "search.diwan goes on: tpe, 2 of 100 trials done, 4 at a time in slots");
  EXPECT_EQ(beginning_text(request_in("search.diwan"), at_a_time(4), Slots(), &before),
            "search.diwan goes on: tpe, 2 trials done, 4 at a time in slots");
}

TEST(Beginning, CountsNoMoreAtATimeThanThereAreSlotsOrTrials) {
  EXPECT_EQ(beginning_text(request_in("search.diwan"), at_a_time(20), Slots(), nullptr),
            "search.diwan: tpe, trials without end, 8 at a time in slots");
  EXPECT_EQ(beginning_text(request_in("search.diwan"), at_a_time(4, 1), Slots(), nullptr),
            "search.diwan: tpe, 1 trial, 1 at a time in slots");
}

TEST(Beginning, NamesTheExperimentWhereItsDirectoryDoesNot) {
  RunRequest request = request_in("runs/a");
  request.spec.early_stopping = AlgorithmSpec{.name = "medianstop", .settings = {}};

  EXPECT_EQ(beginning_text(request, at_a_time(4, 100), Slots(), nullptr),
            "search in runs/a: tpe with medianstop, 100 trials, 4 at a time in slots");
}

TEST(Beginning, NamesTheTrialsThatAreConfirmed) {
  RunRequest request = request_in("search.diwan/confirm-1");
  request.spec.name = "search-confirm";
  request.spec.algorithm.name = "random";
  request.spec.confirms = Confirms{.trials = {71, 4, 12}, .set = {}};
  const Experiment before = two_done();

  EXPECT_EQ(beginning_text(request, at_a_time(4, 9), Slots(), nullptr),
            "search.diwan/confirm-1: trials 71, 4 and 12 again, 9 runs, 4 at a time in slots");
  EXPECT_EQ(beginning_text(request, at_a_time(4, 9), Slots(), &before),
            "search.diwan/confirm-1 goes on: trials 71, 4 and 12 again, 2 of 9 runs done, 4 at a "
            "time in slots");
}

}  // namespace
}  // namespace diwan
