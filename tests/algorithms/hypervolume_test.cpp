// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/hypervolume.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "algorithms/rng.hpp"

namespace diwan {
namespace {

using Rows = std::vector<std::vector<double>>;

Rows random_rows(std::size_t count, std::size_t objectives, std::uint64_t seed) {
  Draw draw(seed, 0);
  Rows rows(count, std::vector<double>(objectives));
  for (std::vector<double>& row : rows) {
    for (double& value : row) {
      value = draw.uniform();
    }
  }
  return rows;
}

TEST(NonDominated, KeepsWhatNoOtherBeatsAndOfEqualOnesTheFirst) {
  const Rows rows = {{2, 2}, {1, 3}, {2, 2}, {3, 1}, {2, 3}, {4, 0.5}, {1, 4}};

  EXPECT_EQ(non_dominated(rows), (std::vector<std::size_t>{0, 1, 3, 5}));
  EXPECT_TRUE(non_dominated({}).empty());
}

TEST(Hypervolume, IsTheAreaOfTwoObjectives) {
  // Below (4, 4): three columns one wide, of heights 1, 2 and 3.
  EXPECT_EQ(hypervolume({{1, 3}, {2, 2}, {3, 1}}, std::vector<double>{4, 4}), 6);
  EXPECT_EQ(hypervolume({{3, 1}, {2, 3}, {2, 2}, {1, 3}}, std::vector<double>{4, 4}), 6);
  EXPECT_EQ(hypervolume({{1, 1}}, std::vector<double>{4, 3}), 6);
}

TEST(Hypervolume, IsTheVolumeOfThreeObjectives) {
  // Boxes of 2 x 2 x 1 and 1 x 1 x 2, which share 1 x 1 x 1.
  EXPECT_EQ(hypervolume({{0, 0, 1}, {1, 1, 0}}, std::vector<double>{2, 2, 2}), 5);
}

TEST(Hypervolume, LeavesOutWhatLiesBeyondTheReference) {
  EXPECT_EQ(hypervolume({}, std::vector<double>{1, 1}), 0);
  EXPECT_EQ(hypervolume({{0, 1}, {-5, 2}}, std::vector<double>{1, 1}), 0);
  EXPECT_EQ(hypervolume({{0, 0}, {-5, 2}}, std::vector<double>{1, 1}), 1);
}

TEST(Hypervolume, IsTheShareOfRandomPointsThatAreDominated) {
  for (const std::size_t objectives : {1U, 2U, 3U, 4U}) {
    const Rows rows = random_rows(12, objectives, objectives);
    const Rows points = random_rows(40000, objectives, 100 + objectives);
    const auto dominated = std::count_if(points.begin(), points.end(), [&](const auto& point) {
      return std::any_of(rows.begin(), rows.end(),
                         [&](const auto& row) { return dominates(row, point); });
    });

    const double volume = hypervolume(rows, std::vector<double>(objectives, 1.0));

    // Four deviations of a share of 40,000 points.
    EXPECT_NEAR(volume, static_cast<double>(dominated) / 40000, 0.01) << objectives;
  }
}

}  // namespace
}  // namespace diwan
