// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/tree.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace diwan::gp {

/// Grows a tree depth first.
class Tree::Grower {
 public:
  Grower(const Points& points, std::span<const double> outputs, const TreeOptions& options,
         Draw& draw, Tree& tree)
      : points_(points), outputs_(outputs), options_(options), draw_(draw), tree_(tree) {}

  /// @return the number of the node
  std::size_t grow(std::vector<std::size_t> indices, std::size_t depth);

 private:
  struct Sums {
    double count = 0;
    double sum = 0;
    void add(double output) {
      count += 1;
      sum += output;
    }
    /// What a part of these points takes from the sum of squares.
    double square() const { return count > 0 ? sum * sum / count : 0; }
  };

  Split best_split(const std::vector<std::size_t>& indices);
  Split split_of(std::size_t coordinate, const std::vector<std::size_t>& indices, double whole);
  Split random_split(std::size_t coordinate, const std::vector<std::size_t>& indices, double whole);
  Split one_value_split(std::size_t coordinate, const std::vector<std::size_t>& indices,
                        double whole) const;
  Split gain_at(std::size_t coordinate, double at, const std::vector<std::size_t>& indices,
                double whole) const;
  bool goes_below(std::size_t coordinate, double at, std::size_t index) const {
    const double x = points_.coordinate(coordinate)[index];
    return points_.metric(coordinate) == Metric::ordered ? x <= at : x == at;
  }

  const Points& points_;
  std::span<const double> outputs_;
  const TreeOptions& options_;
  Draw& draw_;
  Tree& tree_;
};

std::size_t Tree::Grower::grow(std::vector<std::size_t> indices, std::size_t depth) {
  const std::size_t number = tree_.nodes_.size();
  tree_.nodes_.emplace_back();
  Split split;
  if (depth < options_.deepest && indices.size() >= 2 * options_.least_leaf) {
    split = best_split(indices);
  }
  if (split.gain <= 0) {
    Leaf leaf;
    const auto n = static_cast<double>(indices.size());
    for (const std::size_t i : indices) {
      leaf.mean += outputs_[i] / n;
    }
    for (const std::size_t i : indices) {
      leaf.variance += (outputs_[i] - leaf.mean) * (outputs_[i] - leaf.mean) / n;
    }
    leaf.count = indices.size();
    tree_.nodes_[number].leaf = tree_.leaves_.size();
    tree_.leaves_.push_back(leaf);
    return number;
  }
  const auto middle = std::stable_partition(indices.begin(), indices.end(), [&](std::size_t i) {
    return goes_below(split.coordinate, split.at, i);
  });
  std::vector<std::size_t> rest(middle, indices.end());
  indices.erase(middle, indices.end());
  const std::size_t below = grow(std::move(indices), depth + 1);
  const std::size_t above = grow(std::move(rest), depth + 1);
  Node& node = tree_.nodes_[number];
  node.coordinate = split.coordinate;
  node.ordered = points_.metric(split.coordinate) == Metric::ordered;
  node.at = split.at;
  node.below = below;
  node.above = above;
  return number;
}

Tree::Split Tree::Grower::best_split(const std::vector<std::size_t>& indices) {
  Sums all;
  for (const std::size_t i : indices) {
    all.add(outputs_[i]);
  }
  std::vector<std::size_t> coordinates(points_.dimensions());
  std::iota(coordinates.begin(), coordinates.end(), std::size_t{0});
  for (std::size_t i = coordinates.size(); i > 1; --i) {
    std::swap(coordinates[i - 1], coordinates[draw_.below(i)]);
  }
  const auto tried = static_cast<std::size_t>(
      std::ceil(options_.share_of_coordinates * static_cast<double>(coordinates.size())));
  // A constant coordinate gives no split: then one more is tried.
  Split best;
  for (std::size_t i = 0; i < coordinates.size() && (i < tried || best.gain <= 0); ++i) {
    const Split split = split_of(coordinates[i], indices, all.square());
    if (split.gain > best.gain) {
      best = split;
    }
  }
  return best;
}

Tree::Split Tree::Grower::split_of(std::size_t coordinate, const std::vector<std::size_t>& indices,
                                   double whole) {
  if (options_.random_places) {
    return random_split(coordinate, indices, whole);
  }
  if (points_.metric(coordinate) == Metric::unordered) {
    return one_value_split(coordinate, indices, whole);
  }
  const double* const x = points_.coordinate(coordinate);
  std::vector<std::size_t> sorted = indices;
  std::sort(sorted.begin(), sorted.end(),
            [x](std::size_t a, std::size_t b) { return x[a] != x[b] ? x[a] < x[b] : a < b; });
  Sums below;
  Sums above;
  for (const std::size_t i : sorted) {
    above.add(outputs_[i]);
  }
  Split best{.coordinate = coordinate};
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    const double output = outputs_[sorted[i]];
    below.add(output);
    above.count -= 1;
    above.sum -= output;
    const double here = x[sorted[i]];
    const double next = x[sorted[i + 1]];
    const std::size_t smaller = std::min(i + 1, sorted.size() - i - 1);
    const double gain = below.square() + above.square() - whole;
    if (here < next && smaller >= options_.least_leaf && gain > best.gain) {
      best.gain = gain;
      best.at = here + (next - here) / 2;
      best.at = best.at < next ? best.at : here;  // where nothing lies between
    }
  }
  return best;
}

Tree::Split Tree::Grower::random_split(std::size_t coordinate,
                                       const std::vector<std::size_t>& indices, double whole) {
  const double* const x = points_.coordinate(coordinate);
  const auto [low, high] = std::minmax_element(
      indices.begin(), indices.end(), [x](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  const double from = x[*low];
  const double to = x[*high];
  if (!(from < to)) {
    return {};
  }
  if (points_.metric(coordinate) == Metric::unordered) {
    return gain_at(coordinate, x[indices[draw_.below(indices.size())]], indices, whole);
  }
  const double at = from + (to - from) * draw_.uniform();
  return gain_at(coordinate, at < to ? at : from, indices, whole);
}

Tree::Split Tree::Grower::one_value_split(std::size_t coordinate,
                                          const std::vector<std::size_t>& indices,
                                          double whole) const {
  const double* const x = points_.coordinate(coordinate);
  std::vector<double> values;
  values.reserve(indices.size());
  for (const std::size_t i : indices) {
    values.push_back(x[i]);
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  Split best;
  for (const double value : values) {
    const Split split = gain_at(coordinate, value, indices, whole);
    if (split.gain > best.gain) {
      best = split;
    }
  }
  return best;
}

Tree::Split Tree::Grower::gain_at(std::size_t coordinate, double at,
                                  const std::vector<std::size_t>& indices, double whole) const {
  Sums below;
  Sums above;
  for (const std::size_t i : indices) {
    (goes_below(coordinate, at, i) ? below : above).add(outputs_[i]);
  }
  const auto least = static_cast<double>(options_.least_leaf);
  if (std::min(below.count, above.count) < std::max(least, 1.0)) {
    return {};
  }
  return {.coordinate = coordinate, .at = at, .gain = below.square() + above.square() - whole};
}

Tree::Tree(const Points& points, std::span<const double> outputs, std::vector<std::size_t> indices,
           const TreeOptions& options, Draw& draw) {
  assert(!indices.empty());
  Grower(points, outputs, options, draw, *this).grow(std::move(indices), 0);
}

std::size_t Tree::leaf_of(std::span<const double> point) const {
  std::size_t number = 0;
  while (nodes_[number].below != 0) {
    const Node& node = nodes_[number];
    const double x = point[node.coordinate];
    number = (node.ordered ? x <= node.at : x == node.at) ? node.below : node.above;
  }
  return nodes_[number].leaf;
}

}  // namespace diwan::gp
