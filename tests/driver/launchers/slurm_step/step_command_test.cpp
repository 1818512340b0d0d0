// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/step_command.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace diwan::slurm_step {
namespace {

using Words = std::vector<std::string>;

StepPlan plan() {
  return {.job = "12",
          .restarts = 0,
          .layout = {.nodes = 2,
                     .tasks = 4,
                     .tasks_on_a_node = 2,
                     .cpus_per_task = 3,
                     .gpus_per_task = 1,
                     .memory_mebibytes = 2000,
                     .slots_on_a_node = std::nullopt,
                     .trials = 2},
          .kind = "Command",
          .roles = {},
          .program = "/opt/bin/diwan"};
}

StepOrder order() {
  return {.name = "e-1",
          .folder = "/e/step",
          .directory = "/w",
          .time_limit = {},
          .mpi = {},
          .gone_before = {}};
}

bool has(const Words& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

TEST(StepCommand, IsSrunWithTheTrialsShareAndTheProgramOnEachTask) {
  EXPECT_EQ(step_command(plan(), order()), (Words{"srun",
                                                  "--jobid=12",
                                                  "--job-name=e-1",
                                                  "--exact",
                                                  "--nodes=2",
                                                  "--ntasks=4",
                                                  "--ntasks-per-node=2",
                                                  "--distribution=block",
                                                  "--cpus-per-task=3",
                                                  "--gpus-per-task=1",
                                                  "--mem=2000M",
                                                  "--kill-on-bad-exit=1",
                                                  "--wait=0",
                                                  "--input=all",
                                                  "--mpi=none",
                                                  "/opt/bin/diwan",
                                                  "exec",
                                                  "--rank",
                                                  "/e/step",
                                                  "--kind",
                                                  "Command",
                                                  "--gpus",
                                                  "--directory",
                                                  "/w",
                                                  "--"}));
}

TEST(StepCommand, AsksForNoGpusWhereTheTrialHasNone) {
  StepPlan without = plan();
  without.layout.gpus_per_task = 0;
  without.layout.memory_mebibytes = 0;
  const Words words = step_command(without, order());

  EXPECT_TRUE(has(words, "--gres=none"));
  EXPECT_TRUE(has(words, "--mem=0"));
  EXPECT_FALSE(has(words, "--gpus"));
}

TEST(StepCommand, LetsSlurmPlaceTasksThatAreNotAsManyOnEachNode) {
  StepPlan uneven = plan();
  uneven.layout.tasks = 3;

  EXPECT_FALSE(has(step_command(uneven, order()), "--ntasks-per-node=2"));
}

TEST(StepCommand, EndsTheStepOfTheAttemptBeforeFirst) {
  StepOrder again = order();
  again.gone_before = "12.4";
  const Words words = step_command(plan(), again);

  EXPECT_EQ(words.at(0), "sh");
  EXPECT_EQ(words.at(3), "12.4");
  EXPECT_EQ(words.at(4), "srun");
}

TEST(StepCommand, TellsItsTasksWhatTheyAre) {
  StepPlan job = plan();
  job.kind = "MPIJob";
  job.roles = {{"Launcher", 1}, {"Worker", 2}};
  job.layout.slots_on_a_node = 2;
  StepOrder with_mpi = order();
  with_mpi.mpi = "pmix";
  with_mpi.time_limit = std::chrono::minutes{2};
  const Words words = step_command(job, with_mpi);

  for (const char* word : {"--roles", "Launcher=1,Worker=2", "--slots", "2", "--mpi=pmix", "--mpi",
                           "--time-limit", "120"}) {
    EXPECT_TRUE(has(words, word)) << word;
  }
}

TEST(Roles, SurviveBeingWritten) {
  const Roles roles = {{"Master", 1}, {"Worker", 2}};

  EXPECT_EQ(roles_in(text_of(roles)), roles);
  EXPECT_TRUE(roles_in("Master").empty());
  EXPECT_TRUE(roles_in("Master=x").empty());
}

}  // namespace
}  // namespace diwan::slurm_step
