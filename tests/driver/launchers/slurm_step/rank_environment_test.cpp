// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/rank_environment.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm_step {
namespace {

constexpr std::array present = {"PATH=/bin",           "SLURM_PROCID=1",
                                "PMIX_RANK=1",         "DIWAN_TRIAL=e-1",
                                "DIWAN_GPUS=7",        "RANK=9",
                                "DIWAN_DEADLINE=2000", "TZ=UTC",
                                "KATIB_TRIAL_NAME=e",  static_cast<const char*>(nullptr)};

RankSurroundings second_of_two() {
  RankSurroundings rank;
  rank.place = {.step = "5.2",
                .rank = 1,
                .ranks = 2,
                .local = 0,
                .node = 1,
                .node_list = "n[1-2]",
                .nodes = {"n1", "n2"},
                .ranks_on = {1, 1}};
  rank.folder = {"/e/step"};
  rank.facts.port = 4000;
  return rank;
}

bool has(const RankSurroundings& rank, const std::string& variable) {
  const std::vector<std::string> all = rank_environment(present.data(), rank);
  return std::ranges::count(all, variable) == 1;
}

TEST(RankEnvironment, SaysTheDeadlineOfTheTaskItself) {
  RankSurroundings rank = second_of_two();
  EXPECT_TRUE(has(rank, "DIWAN_DEADLINE=2000"));

  rank.deadline = 1500;

  EXPECT_TRUE(has(rank, "DIWAN_DEADLINE=1500"));
  EXPECT_FALSE(has(rank, "DIWAN_DEADLINE=2000"));
}

TEST(RankEnvironment, IsTheTrialsWithoutSlurmsAndWithTheRanks) {
  for (const char* variable : {"PATH=/bin", "DIWAN_TRIAL=e-1", "KATIB_TRIAL_NAME=e", "RANK=1",
                               "WORLD_SIZE=2", "MASTER_ADDR=n1", "DIWAN_HOSTFILE=/e/step/hosts"}) {
    EXPECT_TRUE(has(second_of_two(), variable)) << variable;
  }
  for (const char* variable : {"SLURM_PROCID=1", "PMIX_RANK=1", "RANK=9", "DIWAN_GPUS=7"}) {
    EXPECT_FALSE(has(second_of_two(), variable)) << variable;
  }
}

TEST(RankEnvironment, HasTheTasksOwnGpus) {
  RankSurroundings rank = second_of_two();
  rank.gpus = "2,3";

  EXPECT_TRUE(has(rank, "DIWAN_GPUS=2,3"));
}

TEST(RankEnvironment, OfAnMpiRankKeepsWhatSlurmToldIt) {
  RankSurroundings rank = second_of_two();
  rank.is_mpi_rank = true;

  EXPECT_TRUE(has(rank, "PMIX_RANK=1"));
  EXPECT_TRUE(has(rank, "RANK=1"));
}

TEST(RankEnvironment, OfAProgramThatStartsTheOthersTellsMpirunTheWay) {
  RankSurroundings rank = second_of_two();
  rank.is_starter = true;

  EXPECT_TRUE(has(rank, "OMPI_MCA_plm_rsh_agent=/e/step/agent"));
  EXPECT_TRUE(has(rank, "HYDRA_HOST_FILE=/e/step/hosts"));
  EXPECT_FALSE(has(rank, "WORLD_SIZE=2")) << "it would be that of each process which mpirun starts";
}

TEST(Agent, IsAProgramThatTakesHostAndCommand) {
  const test::TemporaryDirectory directory;
  write_agent({directory.path()}, "/opt/it's/diwan");

  EXPECT_EQ(test::text_of(directory.path() / "agent"),
            "#!/bin/sh\nexec '/opt/it'\\''s/diwan' exec --errand '" + directory.path().native() +
                "' -- \"$@\"\n");
}

}  // namespace
}  // namespace diwan::slurm_step
