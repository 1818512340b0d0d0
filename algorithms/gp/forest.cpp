// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/forest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "algorithms/rng.hpp"
#include "algorithms/streams.hpp"

namespace diwan::gp {
namespace {

constexpr std::size_t bagged_trees = 40;
constexpr std::size_t boosted_sums = 10;
constexpr std::size_t boosted_trees = 20;  ///< of a sum
constexpr std::size_t most_points = 500;
constexpr double learning_rate = 0.3;
constexpr double least_variance = 1e-6;
constexpr std::uint64_t forest_draws = streams::gp + 16;

/// All indices, or as many as a tree takes, drawn without repeats.
std::vector<std::size_t> sample(std::size_t size, Draw& draw) {
  std::vector<std::size_t> indices(size);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  if (size <= most_points) {
    return indices;
  }
  for (std::size_t i = 0; i < most_points; ++i) {
    std::swap(indices[i], indices[i + draw.below(size - i)]);
  }
  indices.resize(most_points);
  return indices;
}

/// As many draws from them with repeats.
std::vector<std::size_t> bootstrap(const std::vector<std::size_t>& indices, Draw& draw) {
  std::vector<std::size_t> result(indices.size());
  for (std::size_t& one : result) {
    one = indices[draw.below(indices.size())];
  }
  return result;
}

}  // namespace

Forest::Forest(ForestKind kind, const Points& points, std::span<const double> outputs,
               std::uint64_t seed, std::uint64_t index) {
  Draw draw(seed, forest_draws, index);
  if (kind != ForestKind::boosted) {
    bag(kind == ForestKind::extra_trees, points, outputs, draw);
    return;
  }
  for (std::size_t i = 0; i < boosted_sums; ++i) {
    sums_.push_back(boost(points, outputs, draw));
  }
}

void Forest::bag(bool extra, const Points& points, std::span<const double> outputs, Draw& draw) {
  const TreeOptions options{
      .least_leaf = 1, .random_places = extra, .share_of_coordinates = extra ? 1.0 : 5.0 / 6};
  for (std::size_t t = 0; t < bagged_trees; ++t) {
    std::vector<std::size_t> indices = sample(outputs.size(), draw);
    if (!extra) {
      indices = bootstrap(indices, draw);
    }
    trees_.emplace_back(points, outputs, std::move(indices), options, draw);
  }
}

Forest::Boosted Forest::boost(const Points& points, std::span<const double> outputs, Draw& draw) {
  const TreeOptions options{.least_leaf = 1, .deepest = 4, .share_of_coordinates = 5.0 / 6};
  const std::vector<std::size_t> indices = bootstrap(sample(outputs.size(), draw), draw);
  Boosted result;
  for (const std::size_t i : indices) {
    result.start += outputs[i] / static_cast<double>(indices.size());
  }
  std::vector<double> residuals;
  for (const double output : outputs) {
    residuals.push_back(output - result.start);
  }
  for (std::size_t t = 0; t < boosted_trees; ++t) {
    Tree tree(points, residuals, indices, options, draw);
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      residuals[i] -= learning_rate * tree.at(points.at(static_cast<Eigen::Index>(i))).mean;
    }
    result.trees.push_back(std::move(tree));
  }
  return result;
}

double Forest::Boosted::at(std::span<const double> point) const {
  double sum = start;
  for (const Tree& tree : trees) {
    sum += learning_rate * tree.at(point).mean;
  }
  return sum;
}

std::size_t Forest::trees() const { return trees_.size() + sums_.size() * boosted_trees; }

ForestPrediction Forest::predict(std::span<const double> point) const {
  ForestPrediction result;
  double squares = 0;
  const auto parts = static_cast<double>(trees_.size() + sums_.size());
  for (const Tree& tree : trees_) {
    const Tree::Leaf& leaf = tree.at(point);
    result.mean += leaf.mean / parts;
    squares += (leaf.variance + leaf.mean * leaf.mean) / parts;
  }
  for (const Boosted& sum : sums_) {
    const double value = sum.at(point);
    result.mean += value / parts;
    squares += value * value / parts;
  }
  result.variance = std::max(squares - result.mean * result.mean, least_variance);
  return result;
}

}  // namespace diwan::gp
