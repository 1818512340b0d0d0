// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/rank_place.hpp"

#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace diwan::slurm_step {
namespace {

/// The third of three tasks, alone on the second of two nodes.
Variables third() {
  return {{"SLURM_JOB_ID", "5"},
          {"SLURM_STEP_ID", "2"},
          {"SLURM_PROCID", "2"},
          {"SLURM_STEP_NUM_TASKS", "3"},
          {"SLURM_LOCALID", "0"},
          {"SLURM_NODEID", "1"},
          {"SLURM_STEP_NODELIST", "n[4-5]"},
          {"SLURM_STEP_TASKS_PER_NODE", "2,1"}};
}

std::map<std::string, std::string> told(const RankFacts& facts) {
  const auto variables = rank_variables(*rank_place(third()), facts);
  return {variables.begin(), variables.end()};
}

RankFacts facts(const std::string& kind) {
  return {.kind = kind, .roles = {}, .port = 4000, .own_gpus = false};
}

TEST(RankPlace, IsWhatSlurmToldTheTask) {
  const auto place = rank_place(third());

  ASSERT_TRUE(place);
  EXPECT_EQ(place->step, "5.2");
  EXPECT_EQ(place->rank, 2U);
  EXPECT_EQ(place->nodes, (std::vector<std::string>{"n4", "n5"}));
  EXPECT_EQ(place->ranks_on, (std::vector<std::uint32_t>{2, 1}));
}

TEST(RankPlace, IsNoneOutsideAStep) {
  Variables variables = third();
  variables.erase("SLURM_STEP_NODELIST");

  EXPECT_EQ(rank_place(variables), std::nullopt);
  EXPECT_EQ(rank_place({}), std::nullopt);
}

TEST(RankVariables, AreThoseOfTorchsEnvironment) {
  EXPECT_EQ(told(facts("Command")),
            (std::map<std::string, std::string>{{"MASTER_ADDR", "n4"},
                                                {"MASTER_PORT", "4000"},
                                                {"RANK", "2"},
                                                {"WORLD_SIZE", "3"},
                                                {"LOCAL_RANK", "0"},
                                                {"LOCAL_WORLD_SIZE", "1"}}));
}

TEST(RankVariables, CountTheGpusThatTheTaskSees) {
  Variables second = third();
  second["SLURM_PROCID"] = "1";
  second["SLURM_LOCALID"] = "1";
  second["SLURM_NODEID"] = "0";
  RankFacts own = facts("Command");
  const auto local_rank = [&] {
    const auto variables = rank_variables(*rank_place(second), own);
    return std::map<std::string, std::string>(variables.begin(), variables.end()).at("LOCAL_RANK");
  };
  EXPECT_EQ(local_rank(), "1");

  own.own_gpus = true;
  EXPECT_EQ(local_rank(), "0");
}

TEST(RankVariables, OfAPyTorchJobAreThoseOfTorchrunToo) {
  EXPECT_EQ(told(facts("PyTorchJob")).at("PET_NODE_RANK"), "2");
  EXPECT_EQ(told(facts("PyTorchJob")).at("PET_MASTER_ADDR"), "n4");
}

TEST(RankVariables, OfAJaxJobAreItsOperators) {
  EXPECT_EQ(told(facts("JAXJob")).at("COORDINATOR_ADDRESS"), "n4");
  EXPECT_EQ(told(facts("JAXJob")).at("PROCESS_ID"), "2");
}

TEST(RankVariables, OfATfJobAreItsClusterAndPlaceInIt) {
  RankFacts job = facts("TFJob");
  job.roles = {{"Chief", 1}, {"Worker", 2}};

  EXPECT_EQ(nlohmann::json::parse(told(job).at("TF_CONFIG")),
            nlohmann::json::parse(R"({"environment": "cloud",
              "cluster": {"chief": ["n4:4000"], "worker": ["n4:4001", "n5:4002"]},
              "task": {"type": "worker", "index": 1}})"));
}

TEST(HostFile, HasALineForEachNode) {
  EXPECT_EQ(host_file(*rank_place(third()), std::nullopt), "n4 slots=2\nn5 slots=1\n");
  EXPECT_EQ(host_file(*rank_place(third()), 8), "n4 slots=8\nn5 slots=8\n");
}

TEST(Roles, AreDealtOutInTheirOrder) {
  const Roles roles = {{"Master", 1}, {"Worker", 2}};

  EXPECT_EQ(role_of(roles, 0), "Master");
  EXPECT_EQ(role_of(roles, 2), "Worker");
  EXPECT_EQ(role_of(roles, 3), "");
}

}  // namespace
}  // namespace diwan::slurm_step
