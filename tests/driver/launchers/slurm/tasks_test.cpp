// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <filesystem>

#include <gtest/gtest.h>

#include "driver/launchers/slurm/inbox.hpp"
#include "tests/driver/launchers/slurm/launcher_play.hpp"

namespace diwan::slurm {
namespace {

using SlurmTasks = LauncherPlay;

TEST_F(SlurmTasks, ALostTaskIsToldWithItsCause) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_run(0, {1, 1});
  script_.tasks = {job_task(101, 0, JobState::preempted), job_task(101, 1, JobState::node_fail)};
  ASSERT_TRUE(until_ended(*slurm, 2));

  EXPECT_EQ(ended_[0].cause, LostCause::preempted);
  EXPECT_EQ(ended_[1].cause, LostCause::node_gone);
}

TEST_F(SlurmTasks, AnEndThatTheTaskDoesNotUnderstandWaitsForSlurmsWord) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_run(0, {1, 1});
  Ended lost = succeeded({1, 1});
  lost.outcome = RunOutcome::lost;
  lost.reason = "Slurm ended its job";
  say(*task, lost);
  script_.tasks = {job_task(101, 0, JobState::running)};
  EXPECT_FALSE(poll(
      *slurm, [&] { return !ended_.empty(); }, 1500ms));
  script_.tasks[0].state = JobState::timeout;
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].cause, LostCause::time_limit);
}

TEST_F(SlurmTasks, ARequeuedTaskTakesTheNextAttemptOfItsTrial) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_run(0, {1, 1});
  ASSERT_TRUE(poll(*slurm, [&] { return !started_.empty(); }));
  script_.tasks = {job_task(101, 0, JobState::pending, "BeginTime", 1)};
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::lost);
  EXPECT_EQ(ended_[0].cause, LostCause::preempted);

  Launch again = shell(1, "a");
  again.run.attempt = 2;
  slurm->submit(std::vector{again});
  InboxReader inbox{array(1), 0};
  std::string frames;
  ASSERT_TRUE(poll(*slurm, [&] { return !(frames = inbox.read()).empty(); }));
  EXPECT_EQ(std::get<Start>(decode(frames)).launch, again);
  EXPECT_EQ(script_.submitted.size(), 1U);

  const auto next = begin_task(1, 101, 0, 1);
  say(*next, started({1, 2}));
  say(*next, succeeded({1, 2}));
  ASSERT_TRUE(until_ended(*slurm, 2));
  EXPECT_EQ(ended_[1].run, (RunKey{1, 2}));
}

TEST_F(SlurmTasks, ATaskThatSaidItLeavesBeforeSlurmRequeuedItTakesTheNextAttemptToo) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto end_as_told = [&](std::uint32_t index, const Ended& ended) {
    const auto task = begin_run(index, ended.run);
    say(*task, ended);
    task->add(SpoolKind::leaving, told_by_slurm);
    task->write();
  };
  Ended lost = succeeded({1, 1});
  lost.outcome = RunOutcome::lost;
  end_as_told(0, lost);
  end_as_told(1, succeeded({2, 1}));
  script_.tasks = {job_task(101, 0, JobState::pending, "BeginTime", 1),
                   job_task(101, 1, JobState::pending, "BeginTime", 1)};
  ASSERT_TRUE(until_ended(*slurm, 2));
  EXPECT_EQ(ended_[1].cause, LostCause::preempted);
  ASSERT_TRUE(poll(*slurm, [&] { return !script_.cancelled.empty(); }));
  EXPECT_EQ(script_.cancelled[0].second, std::vector<std::uint32_t>{1}) << "its trial has ended";

  Launch again = shell(1, "a");
  again.run.attempt = 2;
  slurm->submit(std::vector{again});
  InboxReader inbox{array(1), 0};
  std::string frames;
  ASSERT_TRUE(poll(*slurm, [&] { return !(frames = inbox.read()).empty(); }));
  EXPECT_EQ(std::get<Start>(decode(frames)).launch, again);
  EXPECT_EQ(script_.submitted.size(), 1U);
}

TEST_F(SlurmTasks, ARequeuedTaskWhoseNextAttemptDidNotComeIsTakenOutOfTheQueueBeforeItGoes) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    const auto task = begin_run(0, {1, 1});
    script_.tasks = {job_task(101, 0, JobState::pending, "BeginTime", 1)};
    ASSERT_TRUE(until_ended(*slurm, 1));
  }
  ASSERT_EQ(script_.cancelled.size(), 1U);
  EXPECT_EQ(script_.cancelled[0].second, std::vector<std::uint32_t>{0});
}

TEST_F(SlurmTasks, CallsOffATaskThatWaitsAndOneThatRuns) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_task(1, 101, 0);
  say(*task, started({1, 1}));
  ASSERT_TRUE(poll(*slurm, [&] { return !started_.empty(); }));

  slurm->cancel(std::vector{RunKey{1, 1}, RunKey{2, 1}}, false);

  EXPECT_EQ(script_.signalled, (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{101, 0}}));
  ASSERT_EQ(script_.cancelled.size(), 1U);
  EXPECT_EQ(script_.cancelled[0].second, (std::vector<std::uint32_t>{1}));
  InboxReader inbox{array(1), 0};
  EXPECT_EQ(std::get<CancelRun>(decode(inbox.read())).run, (RunKey{1, 1}));
  // A waiting task that is cancelled leaves no record in Slurm.
  script_.tasks = {job_task(101, 0, JobState::running)};
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].run, (RunKey{2, 1}));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::stopped);
}

TEST_F(SlurmTasks, AWordThatCannotBeWrittenReachesItsTaskLater) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_task(1, 101, 0);
  say(*task, started({1, 1}));
  ASSERT_TRUE(poll(*slurm, [&] { return !started_.empty(); }));
  std::filesystem::rename(array(1), array(1).native() + ".away");

  slurm->cancel(std::array{RunKey{1, 1}}, false);

  ASSERT_TRUE(poll(*slurm, [&] { return notices_.size() == 1; }));
  std::filesystem::rename(array(1).native() + ".away", array(1));
  ASSERT_TRUE(poll(*slurm, [&] { return notices_.size() == 2; }));
  InboxReader inbox{array(1), 0};
  EXPECT_EQ(std::get<CancelRun>(decode(inbox.read())).run, (RunKey{1, 1}));
}

TEST_F(SlurmTasks, ARunThatItsTaskNeverBeganGoesAgainThreeTimesWithoutTheLossOfAnAttempt) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  for (std::size_t times = 1; times <= 4; ++times) {
    ASSERT_TRUE(until_submitted(*slurm, times));
    EXPECT_TRUE(ended_.empty());
    script_.tasks = {job_task(last_job_, 0, JobState::failed)};
  }
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::lost);
  EXPECT_EQ(ended_[0].cause, LostCause::unknown);
  ASSERT_EQ(notices_.size(), 3U) << "one of each array whose tasks went again";
  EXPECT_NE(notices_[0].find("job 101 ended before it had begun its trial"), std::string::npos);
}

TEST_F(SlurmTasks, AWaitingTaskThatSomebodyCancelsCostsAnAttempt) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  script_.tasks = {job_task(101, 0, JobState::cancelled)};
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::lost);
}

TEST_F(SlurmTasks, LeavesNoFilesOfATaskThatIsStillLeavingWhenItGoes) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    const auto task = begin_task(1, 101, 0);
    say(*task, started({1, 1}));
    say(*task, succeeded({1, 1}));
    ASSERT_TRUE(until_ended(*slurm, 1));
    task->add(SpoolKind::leaving, {});
    task->write();
  }
  EXPECT_TRUE(read_job_file(array(1))->over);
  EXPECT_FALSE(std::filesystem::exists(launches_path(array(1))));
}

}  // namespace
}  // namespace diwan::slurm
