// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/gp/model_space.hpp"
#include "algorithms/gp/tree.hpp"

namespace diwan::statistics {

/// Share of what the search space's distributions draw that lies at or below a place of an ordered
/// coordinate.
double share_at_or_below(const gp::ModelSpace& space, std::size_t dimension, double place);

/// A regression tree as boxes that fill the space, of one value each, and its marginals: the means
/// over all coordinates but one or two [Hutter et al. 2014, An efficient approach for assessing
/// hyperparameter importance, alg. 1], exact up to rounding.
///
/// Each coordinate is cut into cells at the places where the tree splits it (between the values of
/// a finite one), so that a marginal is constant in a cell. Of an unordered one each value that a
/// split names is a cell, and the others together are the last.
class Partition {
 public:
  Partition(const gp::Tree& tree, const gp::ModelSpace& space);

  /// Of the whole space.
  double mean() const { return mean_; }
  double variance() const { return variance_; }
  std::size_t dimensions() const { return shares_.size(); }

  /// The share of each cell of a coordinate.
  const std::vector<double>& shares(std::size_t dimension) const { return shares_[dimension]; }
  /// @param space  as it was given
  std::size_t cell_of(const gp::ModelSpace& space, std::size_t dimension, double place) const;

  /// Mean above mean() in each cell. O(leaves).
  std::vector<double> marginal(std::size_t dimension) const;
  /// The same in each cell of two coordinates; those of the second lie beside each other.
  /// O(leaves + cells).
  std::vector<double> marginal(std::size_t first, std::size_t second) const;

  /// Variance of a marginal.
  double variance_of(std::size_t dimension) const;
  double variance_of(std::size_t first, std::size_t second) const;

 private:
  /// Cells from one to before another.
  struct Range {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
  };
  class Walk;

  void cut(const gp::Tree& tree, const gp::ModelSpace& space);
  double share_of(std::size_t dimension, std::span<const Range> ranges) const;
  std::span<const Range> ranges(std::size_t box, std::size_t dimension) const;

  std::vector<std::vector<double>> cuts_;  ///< shares at or below, or the named values; ascending
  std::vector<std::vector<double>> shares_;
  std::vector<std::vector<double>> below_;  ///< sums of shares_

  // One a box.
  std::vector<double> values_;  ///< above the mean
  std::vector<double> box_shares_;
  std::vector<std::size_t> first_range_;  ///< of each coordinate, and one at the end
  std::vector<Range> ranges_;

  double mean_ = 0;
  double variance_ = 0;
};

}  // namespace diwan::statistics
