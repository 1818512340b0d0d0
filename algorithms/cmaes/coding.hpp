// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "algorithms/space/search_space.hpp"

namespace diwan::cmaes {

/// A search space as CMA-ES sees it: d ordered parameters, each the unit interval of its line, and
/// categoricals. Parameters of one value take no part.
class Coding {
 public:
  /// Where the nearest other values begin: to one side or both.
  struct Borders {
    double lower = 0;
    double upper = 0;  ///< the same as lower at both ends of the line
  };

  explicit Coding(const SearchSpace& space);

  std::size_t dimensions() const { return ordered_.size(); }            ///< d
  const std::vector<std::size_t>& choices() const { return choices_; }  ///< of each categorical
  /// Is dimension j one of single values?
  bool stepped(std::size_t j) const { return stepped_[j]; }
  std::size_t stepped_count() const;

  /// The assignment at `point` (d, clamped to the unit interval) with these choices.
  Assignment decode(const Eigen::VectorXd& point, std::span<const std::size_t> chosen) const;
  /// The middle of the assignment's cell; 0.5 where it is inactive.
  Eigen::VectorXd point(const Assignment& assignment) const;
  /// The choice of each categorical; 0 where it is inactive.
  std::vector<std::size_t> chosen(const Assignment& assignment) const;
  /// Of the cell around coordinate u of a stepped dimension.
  Borders borders(std::size_t j, double u) const;

 private:
  SearchSpace space_;
  std::vector<std::size_t> ordered_;  ///< parameter of each dimension
  std::vector<bool> stepped_;
  std::vector<std::size_t> categorical_;  ///< parameter of each categorical
  std::vector<std::size_t> choices_;
};

}  // namespace diwan::cmaes
