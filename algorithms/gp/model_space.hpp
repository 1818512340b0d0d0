// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/gp/kernel.hpp"
#include "algorithms/space/search_space.hpp"

namespace diwan::gp {

/// The search space as surrogate models see it: one coordinate for each parameter that has more
/// than one value. Ordered parameters lie in [0,1] as SearchSpace::encode has them, unordered ones
/// at their index.
class ModelSpace {
 public:
  explicit ModelSpace(const SearchSpace& space);

  const SearchSpace& space() const { return space_; }
  std::size_t dimensions() const { return parameters_.size(); }
  /// The parameter that a coordinate is of.
  std::size_t parameter(std::size_t dimension) const { return parameters_[dimension]; }
  const std::vector<Metric>& metrics() const { return metrics_; }
  /// Number of values of a coordinate; 0 when it is continuous.
  std::uint64_t count(std::size_t dimension) const { return counts_[dimension]; }
  bool ordered(std::size_t dimension) const { return metrics_[dimension] == Metric::ordered; }

  /// An inactive value lies in the middle, or at the index -1.
  std::vector<double> encode(const Assignment& assignment) const;
  Assignment decode(std::span<const double> point) const;
  /// The point of a point of the unit cube that has one coordinate for each of dimensions().
  std::vector<double> from_unit(std::span<const double> unit) const;
  /// The coordinate nearest to `at` that a value has.
  double snapped(std::size_t dimension, double at) const;

  /// Coordinates of the values in ascending order, for a finite coordinate of at most `most_listed`
  /// values.
  const std::vector<double>& listed(std::size_t dimension) const { return listed_[dimension]; }
  static constexpr std::uint64_t most_listed = 1024;

 private:
  SearchSpace space_;
  std::vector<std::size_t> parameters_;
  std::vector<Metric> metrics_;
  std::vector<std::uint64_t> counts_;
  std::vector<std::vector<double>> listed_;
};

}  // namespace diwan::gp
