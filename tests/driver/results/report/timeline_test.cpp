// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/timeline.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "driver/results/report/failures.hpp"

namespace diwan {
namespace {

Time at(int seconds) { return Time(std::chrono::seconds(seconds)); }

RunSpan span(std::uint32_t trial, int from, int to, const std::string& host,
             std::vector<std::string> gpus = {}) {
  Ended ended;
  ended.at = at(to);
  return {
      .run = {trial, 1}, .start = at(from), .host = host, .gpus = std::move(gpus), .ended = ended};
}

TEST(Lanes, AreOnePerHostAndGpuInTheOrderOfTheirNumbers) {
  const std::vector<RunSpan> runs{span(1, 0, 5, "node10", {"1"}), span(2, 0, 5, "node2", {"0"}),
                                  span(3, 0, 5, "node10", {"0"}), span(4, 6, 9, "node10", {"1"})};

  const Lanes lanes = lanes_of(runs, at(9));

  EXPECT_EQ(lanes.lanes, (std::vector<Lane>{{"node2", "0"}, {"node10", "0"}, {"node10", "1"}}));
  EXPECT_EQ(lanes.of_run, (std::vector<std::size_t>{2, 0, 1, 2}));
}

TEST(Lanes, AreAsManyAsRunAtATimeWhereThereAreNoGpus) {
  const std::vector<RunSpan> runs{span(1, 0, 5, "n"), span(2, 1, 3, "n"), span(3, 3, 9, "n"),
                                  span(4, 5, 6, "n")};

  const Lanes lanes = lanes_of(runs, at(9));

  EXPECT_EQ(lanes.lanes.size(), 2U);
  EXPECT_EQ(lanes.of_run, (std::vector<std::size_t>{0, 1, 1, 0}));
}

TEST(Lanes, KeepAPlaceForARunThatNobodySawEnd) {
  std::vector<RunSpan> runs{span(1, 0, 5, "n"), span(2, 6, 8, "n")};
  runs[0].ended.reset();

  EXPECT_EQ(lanes_of(runs, at(9)).lanes.size(), 2U);
}

TEST(RunHistory, ForgetsARunThatEndedBeforeItBegan) {
  RunHistory history;
  Ended ended;
  ended.run = {1, 1};

  history.take({.number = 1, .time = at(1), .event = ended});

  EXPECT_TRUE(history.runs().empty());
}

TEST(FailureKind, IsToldByWhatTheRunEndedBy) {
  Ended ended;
  ended.outcome = RunOutcome::failed;
  ended.exit_code = 3;
  EXPECT_EQ(failure_kind(ended), "exit status 3");
  ended.reason = "time limit of 60 s";
  EXPECT_EQ(failure_kind(ended), "time limit of the trial");
  ended.reason.clear();
  ended.signal = 9;
  EXPECT_EQ(failure_kind(ended), "killed (signal 9), often for want of memory");
  ended.outcome = RunOutcome::lost;
  ended.cause = LostCause::node_gone;
  EXPECT_EQ(failure_kind(ended), "lost: node gone");
}

TEST(FailureKind, IsNoneOfWhatWasWishedFor) {
  Ended ended;
  EXPECT_EQ(failure_kind(ended), "");
  ended.outcome = RunOutcome::stopped;
  EXPECT_EQ(failure_kind(ended), "");
  ended.outcome = RunOutcome::lost;
  ended.cause = LostCause::own_stop;
  EXPECT_EQ(failure_kind(ended), "");
}

}  // namespace
}  // namespace diwan
