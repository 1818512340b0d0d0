// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/space_conditions.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "algorithms/space/expression.hpp"

namespace diwan {

ConditionCircle::ConditionCircle(const SearchSpace& space, std::size_t parameter,
                                 const std::string& when)
    : std::invalid_argument("the condition of \"" + space.parameters().at(parameter).name +
                            "\" depends on itself (\"" + when + "\"); break the circle"),
      parameter_(parameter) {}

SpaceConditions::SpaceConditions(const SearchSpace& space,
                                 const std::map<std::string, std::string>& when,
                                 const std::vector<std::string>& constraints)
    : texts_(constraints) {
  std::map<std::size_t, BoundExpression> bound;
  for (const auto& [name, text] : when) {
    const std::optional<std::size_t> parameter = space.index_of(name);
    if (!parameter) {
      throw std::invalid_argument("a condition is given for \"" + name +
                                  "\", which is no parameter; name one of the space");
    }
    bound.emplace(*parameter, Expression::parse(text).bind(space));
  }
  put_in_order(space, when, std::move(bound));
  for (const std::string& text : constraints) {
    constraints_.push_back(Expression::parse(text).bind(space));
  }
}

void SpaceConditions::put_in_order(const SearchSpace& space,
                                   const std::map<std::string, std::string>& when,
                                   std::map<std::size_t, BoundExpression> bound) {
  while (!bound.empty()) {
    // The first that depends on none of those still to be placed.
    const auto ready = std::find_if(bound.begin(), bound.end(), [&](const auto& entry) {
      const std::vector<std::size_t>& needs = entry.second.parameters();
      return std::none_of(needs.begin(), needs.end(),
                          [&](std::size_t needed) { return bound.contains(needed); });
    });
    if (ready == bound.end()) {
      // Each depends on another of them: going from one to the next comes round.
      std::size_t at = bound.begin()->first;
      for (std::size_t steps = 0; steps < bound.size(); ++steps) {
        const std::vector<std::size_t>& needs = bound.at(at).parameters();
        at = *std::find_if(needs.begin(), needs.end(),
                           [&](std::size_t needed) { return bound.contains(needed); });
      }
      throw ConditionCircle(space, at, when.at(space.parameters()[at].name));
    }
    activities_.push_back({.parameter = ready->first, .when = std::move(ready->second)});
    bound.erase(ready);
  }
}

const SpaceConditions::Activity* SpaceConditions::activity_of(std::size_t parameter) const {
  const auto found = std::find_if(activities_.begin(), activities_.end(),
                                  [&](const Activity& one) { return one.parameter == parameter; });
  return found == activities_.end() ? nullptr : &*found;
}

bool SpaceConditions::is_conditional(std::size_t parameter) const {
  return activity_of(parameter) != nullptr;
}

bool SpaceConditions::applies(std::size_t parameter, const Assignment& assignment) const {
  const Activity* const activity = activity_of(parameter);
  return activity == nullptr || activity->when.holds(canonical(assignment)) == true;
}

std::vector<std::vector<std::size_t>> SpaceConditions::together(std::size_t parameters) const {
  std::vector<std::vector<std::size_t>> sets;
  for (std::size_t p = 0; p < parameters; ++p) {
    const Activity* const mine = activity_of(p);
    const auto set = std::find_if(sets.begin(), sets.end(), [&](const auto& one) {
      const Activity* const theirs = activity_of(one.front());
      return mine == nullptr || theirs == nullptr ? mine == theirs : mine->when == theirs->when;
    });
    if (set == sets.end()) {
      sets.push_back({p});
    } else {
      set->push_back(p);
    }
  }
  return sets;
}

bool SpaceConditions::concerns(std::size_t parameter) const {
  const auto speaks = [parameter](const BoundExpression& expression) {
    return std::ranges::find(expression.parameters(), parameter) != expression.parameters().end();
  };
  return std::ranges::any_of(activities_,
                             [&](const Activity& activity) {
                               return activity.parameter == parameter || speaks(activity.when);
                             }) ||
         std::ranges::any_of(constraints_, speaks);
}

SpaceConditions SpaceConditions::without(std::size_t parameter) const {
  SpaceConditions result = *this;
  for (Activity& activity : result.activities_) {
    activity.parameter -= activity.parameter > parameter ? 1 : 0;
    activity.when = activity.when.without(parameter);
  }
  for (BoundExpression& constraint : result.constraints_) {
    constraint = constraint.without(parameter);
  }
  return result;
}

Assignment SpaceConditions::canonical(Assignment assignment) const {
  for (const Activity& activity : activities_) {
    if (activity.when.holds(assignment) != true) {
      assignment.values[activity.parameter] = Assignment::inactive;
    }
  }
  return assignment;
}

bool SpaceConditions::complete(const Assignment& assignment) const {
  auto missing = std::count_if(assignment.values.begin(), assignment.values.end(),
                               [](double value) { return std::isnan(value); });
  for (const Activity& activity : activities_) {
    const bool inactive = std::isnan(assignment.values[activity.parameter]);
    if (inactive != (activity.when.holds(assignment) != true)) {
      return false;
    }
    missing -= inactive ? 1 : 0;
  }
  return missing == 0;
}

bool SpaceConditions::keeps(std::size_t constraint, const Assignment& assignment) const {
  return constraints_.at(constraint).holds(assignment) != false;
}

bool SpaceConditions::allows(const Assignment& assignment) const {
  return std::all_of(
      constraints_.begin(), constraints_.end(),
      [&](const BoundExpression& constraint) { return constraint.holds(assignment) != false; });
}

}  // namespace diwan
