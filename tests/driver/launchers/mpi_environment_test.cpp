// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi_environment.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace diwan {
namespace {

using std::chrono::milliseconds;

TEST(MpiEnvironment, ABatchScriptIsNoStep) {
  const Variables batch{{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "8"}, {"SLURM_PROCID", "0"}};

  EXPECT_FALSE(mpi_step(batch));
  EXPECT_FALSE(under_mpi_launcher(batch));
}

TEST(MpiEnvironment, AStepOfSeveralTasksNeedsMpi) {
  EXPECT_TRUE(under_mpi_launcher({{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_PROCID", "2"}}));
  EXPECT_TRUE(under_mpi_launcher({{"PMI_SIZE", "2"}}));
  EXPECT_TRUE(under_mpi_launcher({{"OMPI_COMM_WORLD_SIZE", "2"}}));
  EXPECT_FALSE(under_mpi_launcher({{"OMPI_COMM_WORLD_SIZE", "1"}}));
  EXPECT_FALSE(under_mpi_launcher({}));
}

TEST(MpiEnvironment, MpirunsWordGoesBeforeThatOfTheSrunThatCarriedIt) {
  const Variables both{
      {"OMPI_COMM_WORLD_SIZE", "1"}, {"SLURM_STEP_NUM_TASKS", "2"}, {"SLURM_PROCID", "1"}};

  EXPECT_EQ(mpi_step(both), (MpiStep{.variable = "OMPI_COMM_WORLD_SIZE", .tasks = 1}));
}

TEST(MpiEnvironment, AVariableThatIsNoNumberSaysNothing) {
  EXPECT_FALSE(mpi_step({{"PMI_SIZE", "many"}}));
  EXPECT_FALSE(mpi_step({{"PMI_SIZE", "2x"}}));
  EXPECT_FALSE(early_rank({{"PMIX_RANK", ""}}));
}

TEST(MpiEnvironment, TheRankIsKnownBeforeMpiStarts) {
  EXPECT_EQ(early_rank({{"PMIX_RANK", "3"}, {"SLURM_PROCID", "0"}}), 3U);
  EXPECT_EQ(early_rank({{"SLURM_PROCID", "5"}}), 5U);
  EXPECT_FALSE(early_rank({}));
}

TEST(MpiEnvironment, AWorldOfOneUnderSrunNamesTheMissingOption) {
  const auto text =
      mismatch({{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_PROCID", "0"}}, 1, "Open MPI 4.1.4");

  ASSERT_TRUE(text);
  EXPECT_NE(text->find("SLURM_STEP_NUM_TASKS=4"), std::string::npos) << *text;
  EXPECT_NE(text->find("--mpi=pmix"), std::string::npos) << *text;
}

TEST(MpiEnvironment, AWorldOfOneUnderAForeignMpirunNamesTheMpirun) {
  const auto text = mismatch({{"PMI_SIZE", "4"}}, 1, "Open MPI 4.1.4");

  ASSERT_TRUE(text);
  EXPECT_NE(text->find("mpirun"), std::string::npos) << *text;
  EXPECT_NE(text->find("Open MPI 4.1.4"), std::string::npos) << *text;
}

TEST(MpiEnvironment, AWorldOfAllTasksIsNoMismatch) {
  EXPECT_FALSE(mismatch({{"OMPI_COMM_WORLD_SIZE", "4"}}, 4, "Open MPI 4.1.4"));
  EXPECT_FALSE(mismatch({{"OMPI_COMM_WORLD_SIZE", "1"}}, 1, "Open MPI 4.1.4"));
  EXPECT_FALSE(mismatch({}, 1, "Open MPI 4.1.4"));
}

TEST(MpiEnvironment, MpirunLeavesLessThanASecondUnlessToldOtherwise) {
  EXPECT_EQ(mpirun_grace({{"OMPI_COMM_WORLD_SIZE", "3"}}), milliseconds(750));
  EXPECT_EQ(
      mpirun_grace({{"OMPI_COMM_WORLD_SIZE", "3"}, {"OMPI_MCA_odls_base_sigkill_timeout", "40"}}),
      milliseconds(30000));
  EXPECT_FALSE(mpirun_grace({{"SLURM_STEP_NUM_TASKS", "3"}}));
}

TEST(MpiEnvironment, TellsAnMpirunThatRecovers) {
  Variables variables = {{"OMPI_MCA_orte_enable_recovery", "1"}};
  EXPECT_FALSE(mpirun_recovers(variables)) << "this is no rank";
  variables["OMPI_COMM_WORLD_SIZE"] = "3";
  EXPECT_TRUE(mpirun_recovers(variables));
  variables["OMPI_MCA_orte_enable_recovery"] = "0";
  EXPECT_FALSE(mpirun_recovers(variables));
}

TEST(MpiEnvironment, MpirunReturnsLateUnlessItRecovers) {
  using std::chrono::milliseconds;
  Variables variables = {{"OMPI_COMM_WORLD_SIZE", "3"}};
  EXPECT_EQ(mpirun_leaving(variables), milliseconds(2000));
  variables["OMPI_MCA_odls_base_sigkill_timeout"] = "20";
  EXPECT_EQ(mpirun_leaving(variables), milliseconds(40000));

  variables["OMPI_MCA_orte_enable_recovery"] = "1";

  EXPECT_EQ(mpirun_leaving(variables), milliseconds(0));
  EXPECT_EQ(mpirun_leaving({{"SLURM_STEP_NUM_TASKS", "3"}}), milliseconds(0));
}

TEST(MpiEnvironment, ThePresentVariablesAreThoseOfTheProcess) {
  ::setenv("DIWAN_TEST_VARIABLE", "a=b", 1);

  EXPECT_EQ(present_variables().at("DIWAN_TEST_VARIABLE"), "a=b");
}

}  // namespace
}  // namespace diwan
