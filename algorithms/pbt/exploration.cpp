// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/pbt/exploration.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

namespace diwan {
namespace {

constexpr double more = 1.2;
constexpr double less = 0.8;
constexpr double least_share = 0.02;  ///< of the range, that a linear number moves
constexpr int attempts = 64;

/// How far a number at `position` of its line moves.
double stride(const Axis& axis, double position, bool up) {
  if (axis.logarithmic()) {
    return std::fabs(portable_log(up ? more : less));
  }
  return std::max((up ? more - 1 : 1 - less) * std::fabs(position), least_share * axis.width());
}

double one_way(const Parameter& parameter, const Axis& axis, double value, bool up) {
  if (is_interval(parameter)) {
    const double position = axis.position(value);
    const double far = stride(axis, position, up);
    const double there = axis.value(up ? position + far : position - far);
    if (there != value || !axis.count()) {
      return there;
    }
  }
  // The next one in ascending order.
  const double position = axis.position(value);
  if (std::holds_alternative<Discrete>(parameter.domain)) {
    return axis.value(up ? position + 1 : position - 1);
  }
  const std::uint64_t index = axis.index_of(value);
  return up ? axis.value_at(std::min(index + 1, *axis.count() - 1))
            : axis.value_at(index > 0 ? index - 1 : 0);
}

}  // namespace

double stepped(const Parameter& parameter, const Axis& axis, double value, bool up) {
  const double there = one_way(parameter, axis, value, up);
  return there != value ? there : one_way(parameter, axis, value, !up);
}

Exploration::Exploration(SearchSpace space, SpaceConditions conditions, double anew)
    : space_(std::move(space)), conditions_(std::move(conditions)), anew_(anew) {}

double Exploration::moved(std::size_t parameter, double value, Draw& draw) const {
  const Axis& axis = space_.axis(parameter);
  if (std::isnan(value) || draw.uniform() < anew_) {
    return axis.decode(draw.uniform());
  }
  const bool up = draw.below(2) == 0;
  if (!axis.ordered() && draw.below(2) == 0) {
    return value;
  }
  return stepped(space_.parameters()[parameter], axis, value, up);
}

Assignment Exploration::moved(const Assignment& from, Draw& draw) const {
  Assignment to;
  for (std::size_t d = 0; d < space_.size(); ++d) {
    to.values.push_back(moved(d, from.values.at(d), draw));
  }
  return conditions_.canonical(std::move(to));
}

Assignment Exploration::near(const Assignment& from, Draw& draw, const Taken& taken) const {
  std::optional<Assignment> second;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    Assignment to = moved(from, draw);
    if (to == from || !conditions_.allows(to)) {
      continue;
    }
    if (!taken(to)) {
      return to;
    }
    second = second ? std::move(second) : std::optional(std::move(to));
  }
  return second.value_or(from);
}

}  // namespace diwan
