// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/box_decomposition.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "algorithms/hypervolume.hpp"
#include "algorithms/rng.hpp"

namespace diwan {
namespace {

using Rows = std::vector<std::vector<double>>;

std::vector<double> random_point(Draw& draw, std::size_t objectives) {
  std::vector<double> point(objectives);
  for (double& value : point) {
    value = draw.uniform();
  }
  return point;
}

Rows random_front(std::size_t count, std::size_t objectives) {
  Draw draw(7, objectives);
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back(random_point(draw, objectives));
  }
  Rows front;
  for (const std::size_t i : non_dominated(rows)) {
    front.push_back(rows[i]);
  }
  return front;
}

bool holds(const Box& box, const std::vector<double>& point) {
  for (std::size_t j = 0; j < point.size(); ++j) {
    if (point[j] < box.lower[j] || point[j] >= box.upper[j]) {
      return false;
    }
  }
  return true;
}

bool dominated(const Rows& front, const std::vector<double>& point) {
  return std::any_of(front.begin(), front.end(), [&](const std::vector<double>& row) {
    return row == point || dominates(row, point);
  });
}

TEST(BoxDecomposition, CutsTwoObjectivesIntoStrips) {
  const double infinity = std::numeric_limits<double>::infinity();

  std::vector<Box> boxes = undominated_boxes({{1, 2}, {2, 1}}, {3, 3});

  std::sort(boxes.begin(), boxes.end(),
            [](const Box& a, const Box& b) { return a.upper[1] > b.upper[1]; });
  ASSERT_EQ(boxes.size(), 3U);
  // From the second objective's side: above both points, between them, below both.
  EXPECT_EQ(boxes[0].lower, (std::vector<double>{-infinity, 2}));
  EXPECT_EQ(boxes[0].upper, (std::vector<double>{1, 3}));
  EXPECT_EQ(boxes[1].lower, (std::vector<double>{-infinity, 1}));
  EXPECT_EQ(boxes[1].upper, (std::vector<double>{2, 2}));
  EXPECT_EQ(boxes[2].lower, (std::vector<double>{-infinity, -infinity}));
  EXPECT_EQ(boxes[2].upper, (std::vector<double>{3, 1}));
}

TEST(BoxDecomposition, IsOneBoxWithoutAFront) {
  const std::vector<Box> boxes = undominated_boxes({}, {3, 3, 3});

  ASSERT_EQ(boxes.size(), 1U);
  EXPECT_EQ(boxes[0].upper, (std::vector<double>{3, 3, 3}));
}

TEST(BoxDecomposition, CoversEveryUndominatedPointOnceAndNoOther) {
  for (const std::size_t objectives : {1U, 2U, 3U, 4U, 5U}) {
    const Rows front = random_front(40, objectives);
    const std::vector<double> reference(objectives, 0.9);
    const std::vector<Box> boxes = undominated_boxes(front, reference, 100000);
    Draw draw(8, objectives);
    for (int i = 0; i < 3000; ++i) {
      const std::vector<double> point = random_point(draw, objectives);
      const bool below = *std::max_element(point.begin(), point.end()) < 0.9;

      const auto count = std::count_if(boxes.begin(), boxes.end(),
                                       [&](const Box& box) { return holds(box, point); });

      EXPECT_EQ(count, below && !dominated(front, point) ? 1 : 0) << objectives;
    }
  }
}

TEST(BoxDecomposition, HasFewBoxesForTwoAndThreeObjectives) {
  const Rows two = random_front(2000, 2);
  // On the plane a + b + c = 1 none dominates another.
  Rows three;
  Draw draw(1, 3);
  for (int i = 0; i < 300; ++i) {
    const double a = draw.uniform();
    const double b = draw.uniform();
    three.push_back({a, b, 1 - a - b});
  }

  EXPECT_EQ(undominated_boxes(two, {1, 1}).size(), two.size() + 1);
  EXPECT_EQ(undominated_boxes(three, {2, 2, 2}).size(), 2 * three.size() + 1);
}

TEST(BoxDecomposition, HoldsNothingDominatedWhereItMayNotHaveAllBoxes) {
  for (const std::size_t objectives : {2U, 3U, 5U}) {
    const Rows front = random_front(60, objectives);
    const std::vector<double> reference(objectives, 1.0);
    const std::vector<Box> boxes = undominated_boxes(front, reference, 5);
    Draw draw(9, objectives);
    EXPECT_LE(boxes.size(), 5U);
    EXPECT_FALSE(boxes.empty());
    for (int i = 0; i < 2000; ++i) {
      const std::vector<double> point = random_point(draw, objectives);

      const auto count = std::count_if(boxes.begin(), boxes.end(),
                                       [&](const Box& box) { return holds(box, point); });

      EXPECT_LE(count, dominated(front, point) ? 0 : 1);
    }
  }
}

}  // namespace
}  // namespace diwan
