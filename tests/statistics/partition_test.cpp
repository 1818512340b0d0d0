// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/partition.hpp"

#include <cmath>
#include <numeric>
#include <optional>
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

/// What a tree says at a place of every combination of cells, weighed by their shares.
struct Sums {
  /// The places are found by looking at many; `missed` is the share of cells where none was.
  Sums(const gp::Tree& tree, const gp::ModelSpace& space, const Partition& partition)
      : means(space.dimensions()), places_(space.dimensions()) {
    for (std::size_t d = 0; d < space.dimensions(); ++d) {
      means[d].resize(partition.shares(d).size());
      find_places(space, partition, d);
    }
    std::vector<double> point(space.dimensions());
    add(tree, partition, point, 0, 1);
    for (std::size_t d = 0; d < means.size(); ++d) {
      for (std::size_t cell = 0; cell < means[d].size(); ++cell) {
        means[d][cell] /= partition.shares(d)[cell];
      }
    }
  }

  double mean = 0;
  double squares = 0;
  double missed = 0;
  std::vector<std::vector<double>> means;  ///< by coordinate and cell

 private:
  void find_places(const gp::ModelSpace& space, const Partition& partition, std::size_t d) {
    constexpr std::size_t looks = 4000;
    places_[d].resize(partition.shares(d).size());
    for (std::size_t i = 0; i < looks; ++i) {
      const std::vector<double> unit(space.dimensions(), (static_cast<double>(i) + 0.5) / looks);
      const double place = space.from_unit(unit)[d];
      places_[d][partition.cell_of(space, d, place)] = place;
    }
    for (std::size_t cell = 0; cell < places_[d].size(); ++cell) {
      missed += places_[d][cell] ? 0 : partition.shares(d)[cell];
    }
  }

  /// Goes through the cells of coordinate `d` and those after it.
  double add(const gp::Tree& tree, const Partition& partition, std::vector<double>& point,
             std::size_t d, double share) {
    if (d == point.size()) {
      const double value = tree.at(point).mean;
      mean += share * value;
      squares += share * value * value;
      return share * value;
    }
    double sum = 0;
    for (std::size_t cell = 0; cell < places_[d].size(); ++cell) {
      point[d] = places_[d][cell].value_or(0);
      const double part = add(tree, partition, point, d + 1, share * partition.shares(d)[cell]);
      means[d][cell] += part;
      sum += part;
    }
    return sum;
  }

  std::vector<std::vector<std::optional<double>>> places_;
};

TEST(Partition, HasTheMeansThatSummingOverAllCellsHas) {
  std::size_t exact = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed, 1);
    const gp::ModelSpace space(random_space(2 + draw.below(2), draw));
    if (space.dimensions() == 0) {
      continue;
    }
    const gp::Tree tree = random_tree(space, 12, draw);

    const Partition partition(tree, space);

    const Sums sums(tree, space, partition);
    const double tolerance = 1e-12 + 100 * sums.missed;
    exact += sums.missed == 0 ? 1 : 0;
    EXPECT_NEAR(partition.mean(), sums.mean, tolerance);
    EXPECT_NEAR(partition.variance(), sums.squares - sums.mean * sums.mean, tolerance);
    for (std::size_t d = 0; d < space.dimensions(); ++d) {
      const std::vector<double> marginal = partition.marginal(d);
      for (std::size_t cell = 0; cell < marginal.size(); ++cell) {
        if (partition.shares(d)[cell] > 0) {
          EXPECT_NEAR(partition.mean() + marginal[cell], sums.means[d][cell],
                      tolerance / partition.shares(d)[cell])
              << d << " " << cell;
        }
      }
    }
  }
  EXPECT_GE(exact, 20U);
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
