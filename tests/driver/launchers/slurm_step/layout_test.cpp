// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/layout.hpp"

#include <gtest/gtest.h>

namespace diwan::slurm_step {
namespace {

/// Nodes with 16 CPUs, 4 GPUs and 8000 MiB.
Allocation equal_nodes(std::size_t count) {
  Allocation allocation{.job = "7", .nodes = {}};
  for (std::size_t i = 1; i <= count; ++i) {
    allocation.nodes.push_back({"n" + std::to_string(i), 16, 4, 8000});
  }
  return allocation;
}

/// Two nodes, two tasks on each.
Demand two_by_two() {
  Demand demand;
  demand.field = "spec.r";
  demand.nodes = 2;
  demand.tasks = 4;
  demand.cpus_per_task = 2;
  return demand;
}

std::string refusal(const Allocation& allocation, const Demand& demand) {
  try {
    lay_out(allocation, demand, 0);
  } catch (const TooLarge& problem) {
    return problem.what();
  }
  return {};
}

TEST(Layout, HasAsManyTrialsAsFitTheCpus) {
  const Layout layout = lay_out(equal_nodes(2), two_by_two(), 0);

  EXPECT_EQ(layout.trials, 4U);
  EXPECT_EQ(layout.tasks_on_a_node, 2U);
  EXPECT_EQ(layout.memory_mebibytes, 2000U) << "a share, since steps that name none take it all";
}

TEST(Layout, HasAsManyTrialsAsFitTheGpus) {
  Demand demand = two_by_two();
  demand.gpus_per_task = 1;

  EXPECT_EQ(lay_out(equal_nodes(2), demand, 0).trials, 2U);
}

TEST(Layout, HasAsManyTrialsAsFitTheMemory) {
  Demand demand = two_by_two();
  demand.memory_mebibytes = 3000;
  EXPECT_EQ(lay_out(equal_nodes(2), demand, 0).trials, 2U);

  demand.memory_per_task = true;
  EXPECT_EQ(lay_out(equal_nodes(2), demand, 0).trials, 1U);
  EXPECT_EQ(lay_out(equal_nodes(2), demand, 0).memory_mebibytes, 6000U);
}

TEST(Layout, TakesNodesOfATrialThatAreDifferentOnes) {
  Allocation allocation = equal_nodes(3);
  allocation.nodes[0].cpus = 64;  // room for 16 parts, of which each needs another node beside it
  Demand demand = two_by_two();

  EXPECT_EQ(lay_out(allocation, demand, 0).trials, 8U);
  allocation.nodes.resize(1);
  demand.nodes = 1;
  EXPECT_EQ(lay_out(allocation, demand, 0).trials, 8U);
}

TEST(Layout, PacksTasksOnAsFewNodesAsHaveRoomWhereNobodySaysHowMany) {
  Demand demand;
  demand.tasks = 3;
  demand.gpus_per_task = 1;
  EXPECT_EQ(lay_out(equal_nodes(2), demand, 0).nodes, 1U);

  demand.gpus_per_task = 2;
  const Layout layout = lay_out(equal_nodes(2), demand, 0);
  EXPECT_EQ(layout.nodes, 2U);
  EXPECT_EQ(layout.tasks_on_a_node, 2U);
  EXPECT_EQ(layout.trials, 1U);
}

TEST(Layout, SharesOutTheCpusThatNobodyNamed) {
  Demand demand = two_by_two();
  demand.cpus_per_task = std::nullopt;
  EXPECT_EQ(lay_out(equal_nodes(2), demand, 0).cpus_per_task, 1U);
  EXPECT_EQ(lay_out(equal_nodes(2), demand, 2).cpus_per_task, 4U);

  demand.gpus_per_task = 1;
  EXPECT_EQ(lay_out(equal_nodes(2), demand, 0).cpus_per_task, 4U);
}

TEST(Layout, IsOneTaskANodeWhereOneProgramStartsTheOthers) {
  Demand demand = two_by_two();
  demand.gpus_per_task = 1;
  demand.one_starter = true;
  const Layout layout = lay_out(equal_nodes(2), demand, 0);

  EXPECT_EQ(layout.tasks, 2U);
  EXPECT_EQ(layout.tasks_on_a_node, 1U);
  EXPECT_EQ(layout.cpus_per_task, 4U);
  EXPECT_EQ(layout.gpus_per_task, 2U);
  EXPECT_EQ(layout.slots_on_a_node, 2U);
  EXPECT_EQ(layout.trials, 2U);
}

TEST(Layout, OneTaskOnSeveralNodesStartsTheOthersItself) {
  Demand demand = two_by_two();
  demand.tasks = 1;
  demand.cpus_per_task = 8;
  const Layout layout = lay_out(equal_nodes(2), demand, 0);

  EXPECT_EQ(layout.tasks, 2U);
  EXPECT_EQ(layout.slots_on_a_node, 8U);
  EXPECT_EQ(layout.trials, 2U);
}

TEST(Layout, RefusesATrialOfMoreNodesThanThereAre) {
  Demand demand = two_by_two();
  demand.nodes = 3;
  demand.tasks = 6;

  EXPECT_EQ(refusal(equal_nodes(2), demand),
            "spec.r.nodes: a trial asks for 3 nodes, and job 7 has 2 nodes with 16 CPUs, 4 GPUs, "
            "8000 MiB; ask for as many (sbatch --nodes=3), or lower it");
}

TEST(Layout, RefusesATrialWithMoreOnANodeThanThereIs) {
  Demand demand = two_by_two();
  demand.gpus_per_task = 3;
  EXPECT_EQ(refusal(equal_nodes(2), demand),
            "spec.r.gpusPerTask: a trial asks for 6 GPUs on each of 2 nodes, and job 7 has 2 nodes "
            "with 16 CPUs, 4 GPUs, 8000 MiB; ask for more (sbatch), or lower it");

  demand = two_by_two();
  demand.cpus_per_task = 9;
  EXPECT_EQ(refusal(equal_nodes(2), demand).find("spec.r.cpusPerTask: a trial asks for 18 CPUs"),
            0U);

  demand = two_by_two();
  demand.memory_mebibytes = 9000;
  EXPECT_EQ(refusal(equal_nodes(2), demand).find("spec.r.memory: a trial asks for 9000 MiB"), 0U);
}

TEST(Layout, RefusesNodesThatWouldHaveNothingToDo) {
  Demand demand = two_by_two();
  demand.nodes = 4;
  demand.tasks = 2;

  EXPECT_EQ(refusal(equal_nodes(4), demand).find("spec.r.tasks (2): is less than nodes (4)"), 0U);
}

}  // namespace
}  // namespace diwan::slurm_step
