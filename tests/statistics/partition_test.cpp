// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/partition.hpp"

#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/rng.hpp"
#include "tests/statistics/random_space.hpp"

namespace diwan::statistics {
namespace {

/// A tree grown from random points of a space and random outputs.
gp::Tree random_tree(const gp::ModelSpace& space, std::size_t count, Draw& draw) {
  gp::Points points(space.metrics());
  std::vector<double> outputs;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double> unit;
    for (std::size_t d = 0; d < space.dimensions(); ++d) {
      unit.push_back(draw.uniform());
    }
    points.add(space.from_unit(unit));
    outputs.push_back(draw.normal());
  }
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return {points, outputs, indices, {.deepest = 64}, draw};
}

/// A place in each cell of a coordinate, found by looking at many; empty where none was found.
std::vector<std::vector<double>> places(const gp::ModelSpace& space, const Partition& partition,
                                        std::size_t dimension) {
  constexpr std::size_t looks = 4000;
  std::vector<std::vector<double>> found(partition.shares(dimension).size());
  for (std::size_t i = 0; i < looks; ++i) {
    std::vector<double> unit(space.dimensions(), (static_cast<double>(i) + 0.5) / looks);
    const double place = space.from_unit(unit)[dimension];
    found[partition.cell_of(space, dimension, place)] = {place};
  }
  return found;
}

TEST(Partition, HasTheMeansThatSummingOverAllCellsHas) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed, 1);
    const gp::ModelSpace space(random_space(2 + draw.below(2), draw));
    const gp::Tree tree = random_tree(space, 12, draw);
    const std::size_t n = space.dimensions();
    if (n == 0) {
      continue;
    }

    const Partition partition(tree, space);

    // Every combination of cells, with its share and the tree's own value there.
    std::vector<std::vector<std::vector<double>>> where;
    std::vector<std::vector<double>> means(n);
    for (std::size_t d = 0; d < n; ++d) {
      where.push_back(places(space, partition, d));
      means[d].resize(where[d].size());
    }
    double mean = 0;
    double squares = 0;
    double whole = 0;
    std::vector<std::size_t> cell(n);
    for (bool more = true; more;) {
      double share = 1;
      std::vector<double> point;
      for (std::size_t d = 0; d < n; ++d) {
        share *= partition.shares(d)[cell[d]];
        point.push_back(where[d][cell[d]].empty() ? 0 : where[d][cell[d]].front());
        EXPECT_TRUE(!where[d][cell[d]].empty() || partition.shares(d)[cell[d]] < 1e-3);
      }
      const double value = tree.at(point).mean;
      whole += share;
      mean += share * value;
      squares += share * value * value;
      for (std::size_t d = 0; d < n; ++d) {
        means[d][cell[d]] += value * share / std::max(partition.shares(d)[cell[d]], 1e-300);
      }
      std::size_t d = 0;
      while (d < n && ++cell[d] == where[d].size()) {
        cell[d++] = 0;
      }
      more = d < n;
    }
    EXPECT_NEAR(whole, 1, 1e-12);
    EXPECT_NEAR(partition.mean(), mean, 1e-3);
    EXPECT_NEAR(partition.variance(), squares - mean * mean, 1e-2);
    for (std::size_t d = 0; d < n; ++d) {
      const std::vector<double> marginal = partition.marginal(d);
      for (std::size_t c = 0; c < marginal.size(); ++c) {
        if (partition.shares(d)[c] > 1e-3) {
          EXPECT_NEAR(partition.mean() + marginal[c], means[d][c], 1e-2) << d << " " << c;
        }
      }
    }
  }
}

TEST(Partition, AveragesAPairToTheMarginalOfOne) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed, 2);
    const gp::ModelSpace space(random_space(4, draw));
    if (space.dimensions() < 2) {
      continue;
    }
    const Partition partition(random_tree(space, 60, draw), space);

    const std::vector<double> both = partition.marginal(0, 1);

    const std::vector<double> first = partition.marginal(0);
    const std::vector<double>& across = partition.shares(1);
    for (std::size_t row = 0; row < first.size(); ++row) {
      double mean = 0;
      for (std::size_t column = 0; column < across.size(); ++column) {
        mean += across[column] * both[row * across.size() + column];
      }
      if (partition.shares(0)[row] > 0) {
        EXPECT_NEAR(mean, first[row], 1e-9);
      }
    }
    const double total = std::accumulate(across.begin(), across.end(), 0.0);
    EXPECT_NEAR(total, 1, 1e-12);
    EXPECT_GE(partition.variance_of(0, 1) + 1e-12,
              partition.variance_of(0) + partition.variance_of(1));
    EXPECT_LE(partition.variance_of(0, 1), partition.variance() + 1e-12);
  }
}

// f = 2 [x > 1/2] + [c is "b"], x uniform, c one of three: variances 1 and 2/9.
TEST(Partition, IsExactOfSteps) {
  const gp::ModelSpace space(SearchSpace(
      {{.name = "x", .domain = Real{}}, {.name = "c", .domain = Categorical{{"a", "b", "c"}}}}));
  gp::Points points(space.metrics());
  std::vector<double> outputs;
  std::vector<std::size_t> indices;
  for (const double x : {0.25, 0.75}) {
    for (const double c : {0.0, 1.0, 2.0}) {
      indices.push_back(outputs.size());
      points.add(std::vector<double>{x, c});
      outputs.push_back((x > 0.5 ? 2 : 0) + (c == 1 ? 1 : 0));
    }
  }
  Draw draw(1, 1);

  const Partition partition(gp::Tree(points, outputs, indices, {}, draw), space);

  EXPECT_NEAR(partition.mean(), 4.0 / 3, 1e-15);
  EXPECT_NEAR(partition.variance(), 1 + 2.0 / 9, 1e-15);
  EXPECT_NEAR(partition.variance_of(0), 1, 1e-15);
  EXPECT_NEAR(partition.variance_of(1), 2.0 / 9, 1e-15);
  EXPECT_NEAR(partition.variance_of(0, 1), 1 + 2.0 / 9, 1e-15);
}

TEST(ShareAtOrBelow, GivesEachValueItsCell) {
  const gp::ModelSpace space(SearchSpace(
      {{.name = "n", .domain = Integer{.low = 1, .high = 4}},
       {.name = "m",
        .domain = Integer{.low = 1, .high = 8, .distribution = Distribution::log_uniform}}}));

  EXPECT_DOUBLE_EQ(share_at_or_below(space, 0, 0.0), 0);
  EXPECT_DOUBLE_EQ(share_at_or_below(space, 0, space.listed(0)[0]), 0.25);
  EXPECT_DOUBLE_EQ(share_at_or_below(space, 0, 0.5), 0.5);
  EXPECT_DOUBLE_EQ(share_at_or_below(space, 0, 1.0), 1);
  // Two of eight integers on a logarithmic scale: from 1/2 to 5/2 of 1/2 to 17/2.
  EXPECT_NEAR(share_at_or_below(space, 1, space.listed(1)[1]), std::log(5.0) / std::log(17.0),
              1e-12);
}

}  // namespace
}  // namespace diwan::statistics
