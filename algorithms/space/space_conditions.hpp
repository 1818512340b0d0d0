// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "algorithms/space/bound_expression.hpp"
#include "algorithms/space/search_space.hpp"

namespace diwan {

/// A condition that depends on its own parameter.
class ConditionCircle : public std::invalid_argument {
 public:
  ConditionCircle(const SearchSpace& space, std::size_t parameter, const std::string& when);
  std::size_t parameter() const { return parameter_; }

 private:
  std::size_t parameter_;
};

/// When the parameters of a search space apply (`when`), and which assignments may be tried
/// (`constraints`).
///
/// A condition that hangs on an inactive parameter does not hold; a constraint that hangs on one
/// is kept. So an inactive parameter takes those with it that need it, and `momentum < 0.9` says
/// nothing about trials without momentum.
class SpaceConditions {
 public:
  SpaceConditions() = default;
  /// Expressions (expression.hpp) over `space`; `when` by the name of the parameter that it
  /// switches.
  /// @throws ExpressionError for one that is no condition over the space, std::invalid_argument for
  ///   a name that is no parameter, ConditionCircle.
  SpaceConditions(const SearchSpace& space, const std::map<std::string, std::string>& when,
                  const std::vector<std::string>& constraints);

  bool has_conditional() const { return !activities_.empty(); }
  bool has_constraint() const { return !constraints_.empty(); }
  bool any() const { return has_conditional() || has_constraint(); }

  bool is_conditional(std::size_t parameter) const;
  /// Does a parameter apply where the values of those it depends on are these? True for one
  /// without condition.
  bool applies(std::size_t parameter, const Assignment& assignment) const;
  /// The assignment with an inactive value for each parameter that does not apply.
  Assignment canonical(Assignment assignment) const;
  /// Has it a value for just those parameters that apply?
  bool complete(const Assignment& assignment) const;

  /// The parameters of a space of this size in sets that share one condition, or none, and so apply
  /// together; in order of their first.
  std::vector<std::vector<std::size_t>> together(std::size_t parameters) const;

  /// Has the parameter a condition, or does a condition or a constraint speak of it?
  bool concerns(std::size_t parameter) const;
  /// The same over the space without a parameter that they do not concern.
  SpaceConditions without(std::size_t parameter) const;

  /// The constraints as they were written.
  const std::vector<std::string>& constraints() const { return texts_; }
  /// Does a canonical assignment keep this one of them?
  bool keeps(std::size_t constraint, const Assignment& assignment) const;
  /// Does a canonical assignment keep them all?
  bool allows(const Assignment& assignment) const;

  bool operator==(const SpaceConditions&) const = default;

 private:
  struct Activity {
    std::size_t parameter = 0;
    BoundExpression when;
    bool operator==(const Activity&) const = default;
  };

  void put_in_order(const SearchSpace& space, const std::map<std::string, std::string>& when,
                    std::map<std::size_t, BoundExpression> bound);

  const Activity* activity_of(std::size_t parameter) const;

  std::vector<Activity> activities_;  ///< each after those it depends on
  std::vector<BoundExpression> constraints_;
  std::vector<std::string> texts_;  ///< of the constraints
};

}  // namespace diwan
