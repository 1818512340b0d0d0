// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/spelling.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

const std::vector<std::string> names = {"gamma", "prior_weight", "n_EI_candidates", "random_state"};

TEST(NearestName, ForgivesTyposSwapsCaseAndDashes) {
  EXPECT_EQ(nearest_name("gama", names), "gamma");
  EXPECT_EQ(nearest_name("gmama", names), "gamma");
  EXPECT_EQ(nearest_name("n_ei_candidates", names), "n_EI_candidates");
  EXPECT_EQ(nearest_name("Random-State", names), "random_state");
}

TEST(NearestName, FoldsCaseWhateverTheLength) {
  const std::vector<std::string> algorithms = {"grid", "tpe", "TPEs", "x"};

  EXPECT_EQ(nearest_name("TPE", algorithms), "tpe");
  EXPECT_EQ(nearest_name("GRIT", algorithms), "grid");
  EXPECT_EQ(nearest_name("X", algorithms), "x");
}

TEST(NearestName, ReplacesNoNameWhole) {
  const std::vector<std::string> parameters = {"x", "lr"};

  EXPECT_EQ(nearest_name("m", parameters), std::nullopt);
  EXPECT_EQ(nearest_name("rl", parameters), "lr");
  EXPECT_EQ(nearest_name("lrr", parameters), "lr");
  EXPECT_EQ(nearest_name("ab", parameters), std::nullopt);
}

TEST(NearestName, TakesTheBeginningOfAName) {
  const std::vector<std::string> fields = {"cpusPerTask", "gpusPerTask", "timeLimit", "tim"};

  EXPECT_EQ(nearest_name("gpus", fields), "gpusPerTask");
  EXPECT_EQ(nearest_name("time", fields), "tim");
  EXPECT_EQ(nearest_name("timeL", fields), "timeLimit");
  EXPECT_EQ(nearest_name("cp", fields), std::nullopt);
}

TEST(NearestName, GivesNothingWhenAllAreFarAway) {
  EXPECT_EQ(nearest_name("learning_rate", names), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100000, 'g'), names), std::nullopt);
}

}  // namespace
}  // namespace diwan
