// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/command.hpp"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

namespace diwan::slurm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::vector<std::string> plain = {"PATH=/usr/bin:/bin"};

TEST(SlurmEnvironment, HasNothingOfAnEnclosingJobOrOfDefaultsForSlurmsCommands) {
  const char* const environment[] = {"PATH=/bin",
                                     "SLURM_JOB_ID=7",
                                     "SLURM_CONF=/etc/slurm.conf",
                                     "SLURM_MEM_PER_CPU=1",
                                     "SBATCH_PARTITION=x",
                                     "SQUEUE_FORMAT=%i",
                                     "SCANCEL_STATE=x",
                                     "SLURM_JWT=token",
                                     "SLURM_CONF_SERVER=c:6817",
                                     "OMPI_COMM_WORLD_SIZE=4",
                                     "LANG=de_DE.UTF-8",
                                     nullptr};

  std::vector<std::string> kept = slurm_environment(environment);
  std::sort(kept.begin(), kept.end());

  EXPECT_EQ(kept,
            (std::vector<std::string>{"LANG=de_DE.UTF-8", "PATH=/bin", "SLURM_CONF=/etc/slurm.conf",
                                      "SLURM_CONF_SERVER=c:6817", "SLURM_JWT=token"}));
}

TEST(RunCommand, GivesWhatItWroteAndHowItEnded) {
  Spawner spawner;

  const Finished finished = run_command(spawner, {"sh", "-c", "cat; echo no >&2; exit 3"}, plain,
                                        "script\n", seconds{10});

  EXPECT_EQ(finished.status, 3);
  EXPECT_EQ(finished.out, "script\n");
  EXPECT_EQ(finished.error, "no\n");
  EXPECT_FALSE(finished.killed);
}

TEST(RunCommand, CarriesMoreThanASocketHolds) {
  Spawner spawner;
  const std::string much(std::size_t{1} << 22U, 'x');

  EXPECT_EQ(run_command(spawner, {"cat"}, plain, much, seconds{30}).out, much);
}

TEST(RunCommand, DoesNotMindACommandThatReadsNothing) {
  Spawner spawner;
  const std::string much(std::size_t{1} << 22U, 'x');

  EXPECT_EQ(run_command(spawner, {"true"}, plain, much, seconds{10}).status, 0);
}

TEST(RunCommand, KillsWhatTakesTooLongAndKeepsWhatItSaid) {
  Spawner spawner;
  const auto begin = std::chrono::steady_clock::now();

  const Finished finished = run_command(spawner, {"sh", "-c", "echo busy >&2; sleep 60; true"},
                                        plain, {}, milliseconds{300});

  EXPECT_TRUE(finished.killed);
  EXPECT_EQ(finished.error, "busy\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{20});
}

TEST(RunCommand, DoesNotWaitForACommandThatHasSaidItsLastWords) {
  Spawner spawner;
  const auto begin = std::chrono::steady_clock::now();

  const Finished finished =
      run_command(spawner, {"sh", "-c", "echo busy, sleeping and retrying >&2; exec sleep 60"},
                  plain, {}, seconds{50}, "sleeping and retrying");

  EXPECT_TRUE(finished.killed);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{20});
}

TEST(RunCommand, SaysThatThereIsNoSuchProgram) {
  Spawner spawner;

  const Finished finished = run_command(spawner, {"sbatch-of-nobody"}, plain, {}, seconds{10});

  EXPECT_EQ(finished.status, 127);
  EXPECT_NE(finished.error.find("sbatch-of-nobody"), std::string::npos) << finished.error;
}

}  // namespace
}  // namespace diwan::slurm
