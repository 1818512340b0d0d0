// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "tests/driver/launchers/slurm/launcher_play.hpp"

namespace diwan::slurm {
namespace {

using SlurmAdoption = LauncherPlay;

TEST_F(SlurmAdoption, ALaterCoordinatorAdoptsWhatRanOnMeanwhile) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job.has_value(); }));
  }
  const auto first = begin_task(1, 101, 0);
  const auto second = begin_task(1, 101, 1);
  claim(settings_.directory, {1, 1}, {101, 0, 0, "n1"});
  claim(settings_.directory, {2, 1}, {101, 1, 0, "n1"});
  say(*first, started({1, 1}));
  say(*first, succeeded({1, 1}));
  say(*second, started({2, 1}));

  const auto later = launcher();
  later->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_ended(*later, 1));
  say(*second, succeeded({2, 1}));
  ASSERT_TRUE(until_ended(*later, 2));

  EXPECT_EQ(script_.submitted.size(), 1U);
  EXPECT_EQ(started_.size(), 2U);
}

TEST_F(SlurmAdoption, WhatWasNotYetSubmittedWhenTheCoordinatorDiedIsAdoptedByItsComment) {
  make_array_directory(settings_.directory);
  const std::vector launches = {shell(1, "a")};
  write_launch_file(launches_path(array(1)), settings_, launches);
  write_job_file(array(1), {.comment = "diwan 00ff 1", .job = {}, .tasks = 1});
  script_.known_comments = {{"diwan 00ff 1", 321}};

  const auto slurm = launcher();
  slurm->submit(launches);
  ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job == 321; }));
  EXPECT_TRUE(script_.submitted.empty());
}

TEST_F(SlurmAdoption, AnAdoptedRunThatItsTaskNeverBeganGoesAgain) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job.has_value(); }));
  }
  const auto later = launcher();
  later->submit(std::vector{shell(1, "a")});
  script_.tasks = {job_task(101, 0, JobState::failed)};
  ASSERT_TRUE(until_submitted(*later, 2));
  EXPECT_EQ(read_launch(launches_path(array(2)), 0), shell(1, "a"));
  EXPECT_TRUE(ended_.empty());
}

TEST_F(SlurmAdoption, RefusesToGoOnWhereItCannotReadWhatMayBeRunning) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job.has_value(); }));
  }
  const std::string launches = launches_path(array(1)).native();
  std::filesystem::rename(launches, launches + ".away");
  EXPECT_THROW(launcher(), std::runtime_error);
  std::filesystem::rename(launches + ".away", launches);
  std::ofstream{array(1) / "job"} << R"({"version":2})";
  EXPECT_THROW(launcher(), std::runtime_error);
  EXPECT_TRUE(std::filesystem::exists(launches));
}

}  // namespace
}  // namespace diwan::slurm
