// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/nas/architecture.hpp"

#include <gtest/gtest.h>

namespace diwan::nas {
namespace {

TEST(Architecture, IsASpaceOfOperationsAndSkipBits) {
  const SearchSpace space = architecture_space(3, {"conv", "pool"});

  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters()) {
    names.push_back(parameter.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"layer_1", "layer_2", "skip_0_2", "layer_3",
                                             "skip_0_3", "skip_1_3"}));
  EXPECT_EQ(space.cardinality(), 2U * 4 * 8);
  EXPECT_EQ(architecture_shape(space), (ArchitectureShape{.layers = 3, .operations = 2}));
}

TEST(Architecture, IsTheSameAsAnAssignmentOfItsSpace) {
  const Architecture one{.operations = {1, 0, 1}, .skips = {{}, {true}, {false, true}}};

  const Assignment assignment = assignment_of(one);

  EXPECT_EQ(assignment, (Assignment{{1, 0, 1, 1, 0, 1}}));
  EXPECT_EQ(architecture_of(assignment), one);
  EXPECT_TRUE(architecture_space(3, {"conv", "pool"}).contains(assignment));
}

TEST(Architecture, HasNoShapeInAnotherSpace) {
  const Categorical bits{{"0", "1"}};
  const Categorical kinds{{"a", "b", "c"}};

  EXPECT_EQ(architecture_shape(SearchSpace()), std::nullopt);
  EXPECT_EQ(architecture_shape(SearchSpace({{"lr", Real{}}})), std::nullopt);
  EXPECT_EQ(architecture_shape(SearchSpace({{"layer_1", kinds}, {"layer_2", kinds}})),
            std::nullopt);
  EXPECT_EQ(
      architecture_shape(SearchSpace({{"layer_1", kinds}, {"layer_2", bits}, {"skip_0_2", bits}})),
      std::nullopt);
  EXPECT_EQ(architecture_shape(
                SearchSpace({{"layer_1", kinds}, {"layer_2", kinds}, {"skip_0_2", kinds}})),
            std::nullopt);
}

}  // namespace
}  // namespace diwan::nas
