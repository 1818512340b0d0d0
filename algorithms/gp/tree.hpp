// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "algorithms/gp/kernel.hpp"
#include "algorithms/rng.hpp"

namespace diwan::gp {

struct TreeOptions {
  std::size_t least_leaf = 1;       ///< points
  std::size_t deepest = 24;         ///< splits above a leaf
  bool random_places = false;       ///< splits at random places instead of the best ones
  double share_of_coordinates = 1;  ///< that a split may use
};

/// A regression tree: splits that lower the squares most; ordered coordinates split at a threshold,
/// unordered ones into one value and the others.
class Tree {
 public:
  struct Leaf {
    double mean = 0;
    double variance = 0;
    std::size_t count = 0;  ///< points it was grown from
  };
  /// A split, or a leaf; the first is the root.
  struct Node {
    std::size_t coordinate = 0;
    bool ordered = true;
    double at = 0;
    std::size_t below = 0;  ///< node where x <= at, or x == at; 0 for a leaf
    std::size_t above = 0;
    std::size_t leaf = 0;  ///< index into leaves()
    bool is_leaf() const { return below == 0; }
  };

  /// Grows from the points with these indices (which may repeat; at least one).
  Tree(const Points& points, std::span<const double> outputs, std::vector<std::size_t> indices,
       const TreeOptions& options, Draw& draw);

  const Leaf& at(std::span<const double> point) const { return leaves_[leaf_of(point)]; }
  std::span<const Node> nodes() const { return nodes_; }
  std::span<const Leaf> leaves() const { return leaves_; }

 private:
  struct Split {
    std::size_t coordinate = 0;
    double at = 0;
    double gain = 0;  ///< by how much it lowers the sum of squares; 0 is none
  };
  class Grower;

  std::size_t leaf_of(std::span<const double> point) const;

  std::vector<Node> nodes_;
  std::vector<Leaf> leaves_;
};

}  // namespace diwan::gp
