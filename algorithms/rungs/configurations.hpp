// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "algorithms/space/search_space.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

/// A search space in which the resource, if it is a parameter, is not searched but set.
class ResourceSpace {
 public:
  ResourceSpace(const SearchSpace& whole, std::optional<std::size_t> resource);

  /// The space of configurations: all parameters but the resource.
  const SearchSpace& searched() const { return searched_; }
  /// The configuration of an assignment, and the assignment of a configuration at a resource.
  Assignment configuration(const Assignment& assignment) const;
  Assignment assignment(const Assignment& configuration, double resource) const;
  /// The resource of an assignment; nothing where it is no parameter.
  std::optional<double> resource(const Assignment& assignment) const;

 private:
  SearchSpace searched_;
  std::optional<std::size_t> resource_;
};

/// Where new configurations come from: one suggester for each level of resource, so that results of
/// different levels are never compared. The highest level that has seen enough is asked, or the
/// lowest that is to be believed.
///
/// Every suggester knows every configuration that is issued. Where a configuration has no result at
/// a level, it counts there as one still running, so that no model proposes it again.
class Configurations {
 public:
  using Make = std::function<std::unique_ptr<Suggester>()>;

  /// @param enough  ended trials that a level needs before it is asked.
  Configurations(std::size_t levels, std::size_t enough, const Make& make);

  /// At most `count` new configurations; fewer: the space is exhausted.
  /// @param lowest  level from which results are to be believed.
  std::vector<Assignment> next(std::size_t count, std::size_t lowest) const;

  void issued(std::uint32_t trial, const Assignment& configuration);
  /// The configuration that was issued as `trial` has ended at a level.
  void ended(std::uint32_t trial, std::size_t level, TrialOutcome outcome,
             const std::vector<double>& objectives);
  /// A result of a configuration that was never issued here.
  void known(const Assignment& configuration, std::size_t level, TrialOutcome outcome,
             const std::vector<double>& objectives);

 private:
  struct Level {
    std::unique_ptr<Suggester> suggester;
    std::size_t ended = 0;
  };

  void count(std::size_t level);

  std::size_t enough_;
  std::vector<Level> levels_;
  std::size_t asked_ = 0;  ///< the highest level that has seen enough
};

}  // namespace diwan
