// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/forest.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "random_points.hpp"

namespace diwan::gp {
namespace {

const std::vector<Metric> mixed = {Metric::ordered, Metric::unordered, Metric::ordered};
constexpr ForestKind kinds[] = {ForestKind::random_forest, ForestKind::extra_trees,
                                ForestKind::boosted};

std::vector<std::size_t> all_of(const Points& points) {
  std::vector<std::size_t> indices(static_cast<std::size_t>(points.size()));
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

TEST(Tree, SplitsAStepWhereItIs) {
  const Points points =
      points_of({{0.1, 0, 0.5}, {0.2, 0, 0.1}, {0.7, 0, 0.3}, {0.8, 0, 0.9}}, mixed);
  const std::vector<double> outputs = {1, 1, 5, 5};
  Draw draw(1, 0);

  Tree tree(points, outputs, all_of(points), {}, draw);

  EXPECT_EQ(tree.leaves().size(), 2U);
  EXPECT_EQ(tree.at(std::vector<double>{0.44, 0, 0.9}).mean, 1);
  EXPECT_EQ(tree.at(std::vector<double>{0.46, 0, 0.1}).mean, 5);
}

TEST(Tree, TellsOneUnorderedValueFromTheOthers) {
  const Points points =
      points_of({{0.5, 0, 0.5}, {0.5, 1, 0.5}, {0.5, 2, 0.5}, {0.5, 1, 0.5}}, mixed);
  const std::vector<double> outputs = {3, 7, 3, 7};
  Draw draw(1, 0);

  Tree tree(points, outputs, all_of(points), {}, draw);

  EXPECT_EQ(tree.leaves().size(), 2U);
  EXPECT_EQ(tree.at(std::vector<double>{0, 1, 0}).mean, 7);
  EXPECT_EQ(tree.at(std::vector<double>{0, 2, 0}).mean, 3);
}

TEST(Tree, IsALeafWhereNothingCanBeTold) {
  for (const bool random : {false, true}) {
    const Points points = points_of({{0.5, 0, 0.5}, {0.5, 0, 0.5}, {0.5, 0, 0.5}}, mixed);
    const std::vector<double> outputs = {1, 2, 6};
    Draw draw(1, 0);

    Tree tree(points, outputs, all_of(points), {.random_places = random}, draw);

    ASSERT_EQ(tree.leaves().size(), 1U);
    EXPECT_DOUBLE_EQ(tree.leaves()[0].mean, 3);
    EXPECT_DOUBLE_EQ(tree.leaves()[0].variance, 14.0 / 3);
  }
}

TEST(Tree, KeepsItsLeavesLargeEnough) {
  const auto all = random_points(100, mixed, 1);
  const Points points = points_of(all, mixed);
  std::vector<double> outputs;
  outputs.reserve(all.size());
  for (const auto& point : all) {
    outputs.push_back(point[0]);
  }
  Draw draw(1, 0);

  Tree tree(points, outputs, all_of(points), {.least_leaf = 5, .deepest = 3}, draw);

  std::size_t members = 0;
  EXPECT_LE(tree.leaves().size(), 8U);
  for (const Tree::Leaf& leaf : tree.leaves()) {
    EXPECT_GE(leaf.count, 5U);
    members += leaf.count;
  }
  EXPECT_EQ(members, 100U);
}

TEST(Forest, LearnsASmoothFunctionOfMixedCoordinates) {
  const auto function = [](const std::vector<double>& point) {
    return std::sin(4 * point[0]) + (point[1] == 1 ? 1 : 0) - point[2];
  };
  const auto all = random_points(200, mixed, 1);
  std::vector<double> outputs;
  outputs.reserve(all.size());
  for (const auto& point : all) {
    outputs.push_back(function(point));
  }
  const auto others = random_points(100, mixed, 2);
  for (const ForestKind kind : kinds) {
    const Forest forest(kind, points_of(all, mixed), outputs, 1, 0);
    double error = 0;
    double spread = 0;
    for (const auto& point : others) {
      error += std::pow(forest.predict(point).mean - function(point), 2);
      spread += std::pow(function(point), 2);
    }

    // Nine tenths of the variance are explained.
    EXPECT_LT(error, 0.1 * spread) << static_cast<int>(kind);
  }
}

TEST(Forest, SeesTheNoise) {
  Draw draw(3, 0);
  const auto all = random_points(300, mixed, 1);
  std::vector<double> outputs;
  for (std::size_t i = 0; i < all.size(); ++i) {
    outputs.push_back(0.5 * draw.normal());
  }
  for (const ForestKind kind : kinds) {
    const Forest forest(kind, points_of(all, mixed), outputs, 1, 0);
    double variance = 0;
    for (const auto& point : random_points(100, mixed, 2)) {
      variance += forest.predict(point).variance / 100;
    }

    // The noise has 0.25; trees follow much of it, not all.
    EXPECT_GT(variance, 0.04) << static_cast<int>(kind);
    EXPECT_LT(variance, 0.5) << static_cast<int>(kind);
  }
}

TEST(Forest, MakesDoWithOnePoint) {
  for (const ForestKind kind : kinds) {
    const Forest forest(kind, points_of({{0.5, 1, 0.5}}, mixed), std::vector<double>{2.0}, 1, 0);

    const ForestPrediction at = forest.predict(std::vector<double>{0, 0, 0});

    EXPECT_DOUBLE_EQ(at.mean, 2);
    EXPECT_GT(at.variance, 0);
  }
}

TEST(Forest, IsNamedBySeedAndIndex) {
  const auto all = random_points(50, mixed, 1);
  std::vector<double> outputs;
  outputs.reserve(all.size());
  for (const auto& point : all) {
    outputs.push_back(point[0]);
  }
  const Points points = points_of(all, mixed);
  const std::vector<double> at = {0.31, 1, 0.77};
  const auto mean = [&](std::uint64_t seed, std::uint64_t index) {
    return Forest(ForestKind::extra_trees, points, outputs, seed, index).predict(at).mean;
  };

  EXPECT_EQ(mean(1, 0), mean(1, 0));
  EXPECT_NE(mean(1, 0), mean(2, 0));
  EXPECT_NE(mean(1, 0), mean(1, 1));
}

}  // namespace
}  // namespace diwan::gp
