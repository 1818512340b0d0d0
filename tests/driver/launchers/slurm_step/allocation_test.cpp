// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/allocation.hpp"

#include <gtest/gtest.h>

namespace diwan::slurm_step {
namespace {

TEST(Allocation, IsReadFromWhatScontrolShowsOfTheJob) {
  const auto allocation = allocation_in(
      "JobId=3 JobName=wrap NumNodes=3 JOB_GRES=gpu:5   Nodes=n[1-2] CPU_IDs=0-7,16-23 Mem=8000 "
      "GRES=gpu:2(IDX:0,3)   Nodes=n3 CPU_IDs=4 Mem=2G GRES=gpu:a100:1(IDX:0),shard:4(IDX:0) "
      "MinCPUsNode=1 NodeList=n[1-3]",
      "3");

  ASSERT_TRUE(allocation);
  EXPECT_EQ(*allocation,
            (Allocation{"3", {{"n1", 16, 2, 8000}, {"n2", 16, 2, 8000}, {"n3", 1, 1, 2048}}}));
}

TEST(Allocation, IsNoneWhereScontrolShowsNoNodes) {
  EXPECT_EQ(allocation_in("JobId=3 JobState=PENDING NodeList= ", "3"), std::nullopt);
}

TEST(Allocation, IsThatOfTheJobAloneWhereItIsOneOfAnArray) {
  const auto allocation = allocation_in(
      "JobId=4 ArrayJobId=3 Restarts=0 Nodes=n1 CPU_IDs=0-3 Mem=0 GRES= MinCPUsNode=1\n"
      "JobId=3 ArrayJobId=3 Restarts=2 Nodes=n2 CPU_IDs=0-1 Mem=0 GRES= MinCPUsNode=1\n",
      "3");

  ASSERT_TRUE(allocation);
  EXPECT_EQ(*allocation, (Allocation{"3", {{"n2", 2, 0, 0}}, 2}));
}

TEST(Allocation, CountsGpusOfSeveralTypes) {
  const auto allocation = allocation_in(
      "JobId=3 Nodes=n1 CPU_IDs=0 Mem=0 GRES=gpu:a100:2(IDX:0-1),gpu:v100:1(IDX:2)", "3");

  EXPECT_EQ(allocation->nodes.at(0).gpus, 3U);
  EXPECT_EQ(allocation->nodes.at(0).memory_mebibytes, 0U);
}

TEST(Allocation, IsReadFromTheJobsEnvironmentToo) {
  const Variables variables = {{"SLURM_JOB_ID", "9"},
                               {"SLURM_JOB_NODELIST", "n[1-2]"},
                               {"SLURM_JOB_CPUS_PER_NODE", "8,4"},
                               {"SLURM_MEM_PER_CPU", "500"},
                               {"SLURM_GPUS_ON_NODE", "2"},
                               {"SLURM_RESTART_COUNT", "1"}};

  EXPECT_EQ(allocation_in(variables),
            (Allocation{"9", {{"n1", 8, 2, 4000}, {"n2", 4, 2, 2000}}, 1}));
  EXPECT_EQ(allocation_in(Variables{}), std::nullopt);
}

TEST(Allocation, IsTold) {
  EXPECT_EQ(text_of({"9", {{"n1", 8, 2, 4000}, {"n2", 8, 2, 4000}, {"n3", 4, 0, 0}}}),
            "2 nodes with 8 CPUs, 2 GPUs, 4000 MiB and 1 node with 4 CPUs, 0 GPUs");
}

}  // namespace
}  // namespace diwan::slurm_step
