// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/tree.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

namespace diwan::gp {

/// Grows a tree depth first.
///
/// A node is a part of each list of indices: of the one in the order given, and of one for each
/// coordinate whose best threshold is looked for, sorted by it once and divided stably at every
/// split.
class Tree::Grower {
 public:
  Grower(const Points& points, std::span<const double> outputs, std::vector<std::size_t> indices,
         const TreeOptions& options, Draw& draw, Tree& tree);

  void grow() { grow({.from = 0, .to = indices_.size()}, 0); }

 private:
  using Indices = std::span<const std::size_t>;
  /// A node's part of each list.
  struct Part {
    std::size_t from = 0;
    std::size_t to = 0;
    std::size_t size() const { return to - from; }
  };
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

  /// @return the number of the node
  std::size_t grow(Part part, std::size_t depth);
  Leaf leaf_of(Indices indices) const;
  /// Puts those that go below first, in every list. @return how many they are
  std::size_t divide(Part part, const Split& split);

  Split best_split(Part part);
  Split split_of(std::size_t coordinate, Part part, double whole);
  Split threshold_split(std::size_t coordinate, Indices sorted, double whole) const;
  Split random_split(std::size_t coordinate, Indices indices, double whole);
  Split one_value_split(std::size_t coordinate, Indices indices, double whole) const;
  Split gain_at(std::size_t coordinate, double at, Indices indices, double whole) const;
  bool goes_below(std::size_t coordinate, double at, std::size_t index) const {
    const double x = points_.coordinate(coordinate)[index];
    return points_.metric(coordinate) == Metric::ordered ? x <= at : x == at;
  }
  static Indices in(const std::vector<std::size_t>& list, Part part) {
    return Indices(list).subspan(part.from, part.size());
  }

  const Points& points_;
  std::span<const double> outputs_;
  const TreeOptions& options_;
  Draw& draw_;
  Tree& tree_;
  std::vector<std::size_t> indices_;
  std::vector<std::vector<std::size_t>> sorted_;  ///< by coordinate; empty where none is needed
  std::vector<char> below_;                       ///< by index, while a part is divided
  std::vector<std::size_t> rest_;                 ///< likewise
};

Tree::Grower::Grower(const Points& points, std::span<const double> outputs,
                     std::vector<std::size_t> indices, const TreeOptions& options, Draw& draw,
                     Tree& tree)
    : points_(points),
      outputs_(outputs),
      options_(options),
      draw_(draw),
      tree_(tree),
      indices_(std::move(indices)),
      sorted_(points.dimensions()),
      below_(outputs.size()) {
  rest_.reserve(indices_.size());
  for (std::size_t c = 0; c < sorted_.size() && !options.random_places; ++c) {
    if (points.metric(c) == Metric::ordered) {
      const double* const x = points.coordinate(c);
      sorted_[c] = indices_;
      std::sort(sorted_[c].begin(), sorted_[c].end(),
                [x](std::size_t a, std::size_t b) { return x[a] != x[b] ? x[a] < x[b] : a < b; });
    }
  }
}

std::size_t Tree::Grower::grow(Part part, std::size_t depth) {
  const std::size_t number = tree_.nodes_.size();
  tree_.nodes_.emplace_back();
  Split split;
  if (depth < options_.deepest && part.size() >= 2 * options_.least_leaf) {
    split = best_split(part);
  }
  if (split.gain <= 0) {
    tree_.nodes_[number].leaf = tree_.leaves_.size();
    tree_.leaves_.push_back(leaf_of(in(indices_, part)));
    return number;
  }
  const std::size_t middle = part.from + divide(part, split);
  const std::size_t below = grow({.from = part.from, .to = middle}, depth + 1);
  const std::size_t above = grow({.from = middle, .to = part.to}, depth + 1);
  Node& node = tree_.nodes_[number];
  node.coordinate = split.coordinate;
  node.ordered = points_.metric(split.coordinate) == Metric::ordered;
  node.at = split.at;
  node.below = below;
  node.above = above;
  return number;
}

Tree::Leaf Tree::Grower::leaf_of(Indices indices) const {
  Leaf leaf;
  const auto n = static_cast<double>(indices.size());
  for (const std::size_t i : indices) {
    leaf.mean += outputs_[i] / n;
  }
  for (const std::size_t i : indices) {
    leaf.variance += (outputs_[i] - leaf.mean) * (outputs_[i] - leaf.mean) / n;
  }
  leaf.count = indices.size();
  return leaf;
}

std::size_t Tree::Grower::divide(Part part, const Split& split) {
  for (const std::size_t i : in(indices_, part)) {
    below_[i] = goes_below(split.coordinate, split.at, i) ? 1 : 0;
  }
  const auto divide_list = [&](std::vector<std::size_t>& list) {
    rest_.clear();
    std::size_t kept = part.from;
    for (std::size_t k = part.from; k < part.to; ++k) {
      const std::size_t i = list[k];
      if (below_[i] != 0) {
        list[kept++] = i;
      } else {
        rest_.push_back(i);
      }
    }
    std::copy(rest_.begin(), rest_.end(), list.begin() + static_cast<std::ptrdiff_t>(kept));
  };
  divide_list(indices_);
  const std::size_t below = part.size() - rest_.size();
  for (std::vector<std::size_t>& list : sorted_) {
    if (!list.empty()) {
      divide_list(list);
    }
  }
  return below;
}

Tree::Split Tree::Grower::best_split(Part part) {
  Sums all;
  for (const std::size_t i : in(indices_, part)) {
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
    const Split split = split_of(coordinates[i], part, all.square());
    if (split.gain > best.gain) {
      best = split;
    }
  }
  return best;
}

Tree::Split Tree::Grower::split_of(std::size_t coordinate, Part part, double whole) {
  if (options_.random_places) {
    return random_split(coordinate, in(indices_, part), whole);
  }
  if (points_.metric(coordinate) == Metric::unordered) {
    return one_value_split(coordinate, in(indices_, part), whole);
  }
  return threshold_split(coordinate, in(sorted_[coordinate], part), whole);
}

Tree::Split Tree::Grower::threshold_split(std::size_t coordinate, Indices sorted,
                                          double whole) const {
  const double* const x = points_.coordinate(coordinate);
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
    if (!(here < next) || smaller < options_.least_leaf) {
      continue;
    }
    const double gain = below.square() + above.square() - whole;
    if (gain > best.gain) {
      best.gain = gain;
      best.at = here + (next - here) / 2;
      best.at = best.at < next ? best.at : here;  // where nothing lies between
    }
  }
  return best;
}

Tree::Split Tree::Grower::random_split(std::size_t coordinate, Indices indices, double whole) {
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

Tree::Split Tree::Grower::one_value_split(std::size_t coordinate, Indices indices,
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

Tree::Split Tree::Grower::gain_at(std::size_t coordinate, double at, Indices indices,
                                  double whole) const {
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
  Grower(points, outputs, std::move(indices), options, draw, *this).grow();
}

std::size_t Tree::leaf_of(std::span<const double> point) const {
  std::size_t number = 0;
  while (!nodes_[number].is_leaf()) {
    const Node& node = nodes_[number];
    const double x = point[node.coordinate];
    number = (node.ordered ? x <= node.at : x == node.at) ? node.below : node.above;
  }
  return nodes_[number].leaf;
}

}  // namespace diwan::gp
