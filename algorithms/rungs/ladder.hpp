// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <vector>

#include "algorithms/space/axis.hpp"

namespace diwan {

/// The levels of resource that successive halving climbs: level 0 is the least, each next one has
/// eta times as much, the last has all of it [Li et al. 2018, Hyperband, section 3].
class Ladder {
 public:
  struct Bounds {
    double least = 1;  ///< > 0
    double most = 1;   ///< r_l of Katib, R of the paper; >= least, <= 10^12 least
    double eta = 3;    ///< >= 2
  };

  /// @param axis  of the resource parameter: a level is the largest value of its domain that does
  ///   not exceed the exact one, so that no level is above the parameter's own range, whatever
  ///   `most`; nothing: levels are counts of reported steps.
  explicit Ladder(const Bounds& bounds, const Axis* axis = nullptr);

  /// Number of levels, s_max + 1 of the paper.
  std::size_t size() const { return resources_.size(); }
  std::size_t top() const { return resources_.size() - 1; }
  double eta() const { return eta_; }
  double resource(std::size_t level) const { return resources_.at(level); }
  /// The highest level whose resource does not exceed this one; the lowest if all do.
  std::size_t level_of(double resource) const;
  /// Configurations that Hyperband starts in the bracket whose lowest level is `base`:
  /// n = ceil((s_max + 1) / (s + 1) eta^s) with s = top - base.
  std::size_t starters(std::size_t base) const;
  /// One in eta of `count`.
  std::size_t share(std::size_t count) const;

 private:
  double eta_;
  std::vector<double> resources_;
};

}  // namespace diwan
