// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "tests/driver/launchers/slurm/launcher_play.hpp"

namespace diwan::slurm {
namespace {

using SlurmBatchScripts = LauncherPlay;

TEST_F(SlurmBatchScripts, AScriptIsSubmittedWithItsArrayAndEndsAsThePluginSaw) {
  const auto slurm = script_launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  EXPECT_EQ(script_.submitted[0].script, "#!/bin/sh\n");
  EXPECT_EQ(script_.submitted[0].extra,
            (std::vector<std::string>{"--no-requeue", "--diwan-experiment=" + array(1).native()}));
  EXPECT_TRUE(std::filesystem::exists(array(1) / "manifest"));

  happen(1, diwan_event_began, 1, 2);
  happen(1, diwan_event_ended, 1, 2);
  ASSERT_TRUE(until_ended(*slurm, 1));

  EXPECT_EQ(started_[0].run, (RunKey{2, 1}));
  EXPECT_EQ(ended_[0].run, (RunKey{2, 1}));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::succeeded);
}

TEST_F(SlurmBatchScripts, AScriptsOwnFailureAndItsTimeLimitAreFailuresAndAPreemptionIsNone) {
  const auto slurm = script_launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b"), shell(3, "c")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  for (std::uint32_t task = 0; task < 3; ++task) {
    happen(1, diwan_event_began, task, task + 1);
  }
  happen(1, diwan_event_ended, 0, 1, 3 << 8);
  happen(1, diwan_event_ended, 2, 3, SIGTERM);
  script_.tasks = {job_task(101, 0, JobState::failed), job_task(101, 1, JobState::timeout),
                   job_task(101, 2, JobState::preempted)};
  ASSERT_TRUE(until_ended(*slurm, 3));

  std::map<std::uint32_t, Ended> ends;
  for (const Ended& ended : ended_) {
    ends[ended.run.trial] = ended;
  }
  EXPECT_EQ(ends[1].outcome, RunOutcome::failed);
  EXPECT_EQ(ends[1].exit_code, 3);
  EXPECT_EQ(ends[1].reason, "exit status 3");
  EXPECT_EQ(ends[2].outcome, RunOutcome::failed);
  EXPECT_EQ(ends[3].outcome, RunOutcome::lost);
  EXPECT_EQ(ends[3].cause, LostCause::preempted);
}

TEST_F(SlurmBatchScripts, AnEndThatThePluginCouldNotWriteDownIsTakenFromSlurm) {
  const auto slurm = script_launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  happen(1, diwan_event_began, 0, 1);
  happen(1, diwan_event_began, 1, 2);
  script_.tasks = {job_task(101, 0, JobState::completed), job_task(101, 1, JobState::failed)};
  script_.tasks[0].exit_code = 0;
  script_.tasks[1].exit_code = 3;
  ASSERT_TRUE(until_ended(*slurm, 2));

  std::ranges::sort(ended_, {}, &Ended::run);
  EXPECT_EQ(ended_[0].outcome, RunOutcome::succeeded);
  EXPECT_EQ(ended_[1].outcome, RunOutcome::failed);
  EXPECT_EQ(ended_[1].exit_code, 3);
}

TEST_F(SlurmBatchScripts, OffersOneArrayAfterTheOther) {
  const auto slurm = script_launcher(true);
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(poll(*slurm, [&] { return notices_.size() == 1; }));
  EXPECT_EQ(notices_[0], "trials to be submitted (1): sbatch --array=0-0 --output=" +
                             (array(1) / "output.%a").native() + " --diwan-experiment=" +
                             array(1).native() + " " + (directory_.path() / "train.sh").native());
  slurm->submit(std::vector{shell(2, "b")});
  happen(1, diwan_event_began, 0, 1);
  ASSERT_TRUE(poll(*slurm, [&] { return !started_.empty(); }));
  EXPECT_EQ(notices_.size(), 1U);
  happen(1, diwan_event_ended, 0, 1);
  ASSERT_TRUE(poll(*slurm, [&] { return notices_.size() == 2; }));
  EXPECT_TRUE(script_.submitted.empty());

  slurm->cancel(std::array{RunKey{2, 1}}, false);
  ASSERT_TRUE(until_ended(*slurm, 2));
  EXPECT_EQ(ended_[1].outcome, RunOutcome::stopped);
  EXPECT_TRUE(poll(*slurm, [&] { return !std::filesystem::exists(array(2) / "manifest"); }));
}

}  // namespace
}  // namespace diwan::slurm
