// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <gtest/gtest.h>

#include "driver/launchers/slurm/inbox.hpp"
#include "tests/driver/launchers/slurm/launcher_play.hpp"

namespace diwan::slurm {
namespace {

using SlurmPilots = LauncherPlay;

TEST_F(SlurmPilots, PilotsTakeRunAfterRun) {
  const auto slurm = launcher(2);
  EXPECT_EQ(slurm->capacity(), 2U);
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  EXPECT_EQ(script_.submitted[0].tasks, 2U);
  const auto pilot = begin_task(1, 101, 0);
  InboxReader inbox{array(1), 0};
  for (std::uint32_t trial = 1; trial <= 2; ++trial) {
    std::string frames;
    ASSERT_TRUE(poll(*slurm, [&] { return !(frames = inbox.read()).empty(); }));
    EXPECT_EQ(std::get<Start>(decode(frames)).launch.run.trial, trial);
    say(*pilot, started({trial, 1}));
    say(*pilot, succeeded({trial, 1}));
    ASSERT_TRUE(until_ended(*slurm, trial));
  }
}

TEST_F(SlurmPilots, PilotsThatWaitAreTakenOutOfTheQueueBeforeItGoes) {
  {
    const auto slurm = launcher(2);
    slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job.has_value(); }));
  }
  ASSERT_EQ(script_.cancelled.size(), 1U);
  EXPECT_EQ(script_.cancelled[0].second, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_GT(script_.late_answers_read, 0U) << "it went before Slurm had heard of it";
}

TEST_F(SlurmPilots, ARunThatAPilotNeverTookGoesToAnother) {
  const auto slurm = launcher(1);
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto pilot = begin_task(1, 101, 0);
  InboxReader inbox{array(1), 0};
  ASSERT_TRUE(poll(*slurm, [&] { return !inbox.read().empty(); }));
  pilot->add(SpoolKind::leaving, {});
  pilot->write();
  script_.tasks = {job_task(101, 0, JobState::completed)};
  ASSERT_TRUE(until_submitted(*slurm, 2));
  const auto other = begin_task(2, 102, 0);
  InboxReader second{array(2), 0};
  std::string frames;
  ASSERT_TRUE(poll(*slurm, [&] { return !(frames = second.read()).empty(); }));
  EXPECT_EQ(std::get<Start>(decode(frames)).launch.run, (RunKey{1, 1}));
  EXPECT_TRUE(ended_.empty()) << "it cost no attempt";
}

}  // namespace
}  // namespace diwan::slurm
