// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/model_space.hpp"

#include <gtest/gtest.h>

#include "algorithms/rng.hpp"

namespace diwan::gp {
namespace {

SearchSpace mixed() {
  return SearchSpace(
      {{"lr", Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
       {"fixed", Integer{.low = 3, .high = 3}},
       {"layers", Integer{.low = 1, .high = 4}},
       {"opt", Categorical{{"sgd", "adam", "rmsprop"}}},
       {"batch", Discrete{.values = {128, 32, 64}, .texts = {"128", "32", "64"}}}});
}

TEST(ModelSpace, LeavesOutParametersOfASingleValue) {
  const ModelSpace space(mixed());

  EXPECT_EQ(space.dimensions(), 4U);
  EXPECT_EQ(space.decode(space.encode({{1, 3, 2, 1, 0}})), (Assignment{{1, 3, 2, 1, 0}}));
}

TEST(ModelSpace, GivesBackEveryAssignment) {
  const ModelSpace space(mixed());
  Draw draw(1, 0);
  for (int i = 0; i < 200; ++i) {
    const std::vector<double> unit = {draw.uniform(), draw.uniform(), draw.uniform(),
                                      draw.uniform()};
    const Assignment assignment = space.decode(space.from_unit(unit));

    const Assignment back = space.decode(space.encode(assignment));

    // A real goes through its logarithm.
    EXPECT_NEAR(back.values[0], assignment.values[0], 1e-12 * assignment.values[0]);
    EXPECT_EQ(std::vector(back.values.begin() + 1, back.values.end()),
              std::vector(assignment.values.begin() + 1, assignment.values.end()));
    EXPECT_TRUE(space.space().contains(assignment));
  }
}

TEST(ModelSpace, ListsTheCoordinatesOfFiniteParameters) {
  const ModelSpace space(mixed());

  EXPECT_TRUE(space.listed(0).empty());
  EXPECT_EQ(space.listed(1), (std::vector<double>{0.125, 0.375, 0.625, 0.875}));
  EXPECT_EQ(space.listed(2), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(space.listed(3).size(), 3U);
}

TEST(ModelSpace, SnapsToTheNearestValue) {
  const ModelSpace space(mixed());

  EXPECT_EQ(space.snapped(1, 0.3), 0.375);
  EXPECT_EQ(space.snapped(1, 1.7), 0.875);
  EXPECT_EQ(space.snapped(0, 0.31), 0.31);
  EXPECT_EQ(space.snapped(0, -0.1), 0);
}

TEST(ModelSpace, PutsInactiveValuesInTheMiddleOrApart) {
  const ModelSpace space(mixed());

  const std::vector<double> point =
      space.encode({{Assignment::inactive, 3, 2, Assignment::inactive, 0}});

  EXPECT_EQ(point[0], 0.5);
  EXPECT_EQ(point[2], -1);
}

}  // namespace
}  // namespace diwan::gp
