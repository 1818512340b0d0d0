// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/walltime.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace diwan {
namespace {

using namespace std::chrono_literals;

Time unix_second(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

TEST(Walltime, TheEnvironmentTellsTheEndOfAJob) {
  const JobEnd end = told_job_end({{"SLURM_JOB_ID", "7"}, {"SLURM_JOB_END_TIME", "1795987868"}});

  EXPECT_EQ(end.at, unix_second(1795987868));
}

TEST(Walltime, OutsideAJobThereIsNoEnd) {
  EXPECT_EQ(told_job_end({{"SLURM_JOB_END_TIME", "1795987868"}}).at, std::nullopt);
  EXPECT_EQ(job_end({}).at, std::nullopt);
  EXPECT_EQ(job_end({}).problem, "");
}

TEST(Walltime, WhatIsNoTimeIsNoEnd) {
  for (const char* text : {"", "0", "-1", "4294967294", "Unknown", "12x"}) {
    EXPECT_EQ(told_job_end({{"SLURM_JOB_ID", "7"}, {"SLURM_JOB_END_TIME", text}}).at, std::nullopt)
        << text;
  }
}

TEST(Walltime, OfAnArrayTheTasksOwnLineCounts) {
  const std::string lines = "8 1795987700\n7 1795987642\n9 N/A\n";

  EXPECT_EQ(job_end_in(lines, "7"), unix_second(1795987642));
  EXPECT_EQ(job_end_in(lines, "9"), std::nullopt);
  EXPECT_EQ(job_end_in(lines, "10"), std::nullopt);
}

TEST(Walltime, TheDeadlineLeavesTheGraceTimeAndTimeToSave) {
  const Time now = unix_second(0);
  const Time end = unix_second(3600);

  EXPECT_EQ(trial_deadline(now, end, {.grace = 30s}), unix_second(3600 - 30 - 15));
  EXPECT_EQ(trial_deadline(now, end, {.grace = 30s, .saving_took = 2s}),
            unix_second(3600 - 30 - 15));
  EXPECT_EQ(trial_deadline(now, end, {.grace = 30s, .saving_took = 20s, .leaving = 40s}),
            unix_second(3600 - 30 - 60 - 40));
}

TEST(Walltime, TheDeadlineLeavesTrialsHalfOfAShortJob) {
  EXPECT_EQ(trial_deadline(unix_second(10), unix_second(70), {.grace = 300s}), unix_second(40));
}

/// A squeue of our own, first in PATH.
class WalltimeFromSqueue : public testing::Test {
 public:
  WalltimeFromSqueue(const WalltimeFromSqueue&) = delete;
  WalltimeFromSqueue& operator=(const WalltimeFromSqueue&) = delete;

 protected:
  WalltimeFromSqueue() {
    std::string name = testing::TempDir() + "diwan-walltime-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    path_ = std::getenv("PATH");
    setenv("PATH", (directory_.string() + ":" + path_).c_str(), 1);
    unsetenv("SLURM_JOB_END_TIME");
  }
  ~WalltimeFromSqueue() override {
    setenv("PATH", path_.c_str(), 1);
    unsetenv("SLURM_JOB_END_TIME");
    std::filesystem::remove_all(directory_);
  }
  void answer(const std::string& script) {
    std::ofstream(directory_ / "squeue") << "#!/bin/sh\n" << script;
    std::filesystem::permissions(directory_ / "squeue", std::filesystem::perms::owner_all);
  }

 private:
  std::filesystem::path directory_;
  std::string path_;
};

TEST_F(WalltimeFromSqueue, AsksForSecondsOfThisJob) {
  answer(R"([ "$*" = "-h -j 7 -o %A %e" ] && [ "$SLURM_TIME_FORMAT" = %s ] && echo 7 1795987642)");

  const JobEnd end = job_end({{"SLURM_JOB_ID", "7"}});

  EXPECT_EQ(end.at, unix_second(1795987642));
  EXPECT_EQ(end.problem, "");
}

TEST_F(WalltimeFromSqueue, DoesNotAskForWhatTheEnvironmentTells) {
  answer("exit 1");

  const JobEnd end = job_end({{"SLURM_JOB_ID", "7"}, {"SLURM_JOB_END_TIME", "1795987642"}});

  EXPECT_EQ(end.at, unix_second(1795987642));
}

TEST_F(WalltimeFromSqueue, AFailureIsNoEndAndToldOf) {
  answer("echo slurm_load_jobs error >&2; exit 1");

  const JobEnd end = job_end({{"SLURM_JOB_ID", "7"}});

  EXPECT_EQ(end.at, std::nullopt);
  EXPECT_EQ(end.problem,
            "when job 7 ends is not known (squeue: exit status 1: slurm_load_jobs error); trials "
            "start until Slurm ends it");
}

TEST_F(WalltimeFromSqueue, IsNotedForTheProgramToCome) {
  answer("echo 7 1795987642");

  EXPECT_EQ(note_job_end({{"SLURM_JOB_ID", "7"}}), "");

  Variables variables = present_variables();
  variables["SLURM_JOB_ID"] = "7";
  EXPECT_EQ(told_job_end(variables).at, unix_second(1795987642));
}

}  // namespace
}  // namespace diwan
