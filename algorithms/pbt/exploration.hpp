// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>

#include "algorithms/rng.hpp"
#include "algorithms/space/search_space.hpp"
#include "algorithms/space/space_conditions.hpp"

namespace diwan {

/// How a copy of a winner comes to values of its own [Jaderberg et al. 2017, section 4.2].
///
/// Every value is drawn anew with a given chance, else moved up or down: numbers to 1.2 or 0.8 of
/// themselves (log distributions by the same ratio on their logarithmic line), by a fiftieth of the
/// range at least, so that nothing sticks at 0, and on to the next value of their step grid where
/// that is nearer; discretes to a neighbour. What would leave the range stops at its end, and turns
/// round where it is there already.
///
/// Deviation: a choice goes to a neighbour in its list half of the time only: it is no small step,
/// and moving all of them at once leaves nothing of the winner.
class Exploration {
 public:
  using Taken = std::function<bool(const Assignment&)>;

  /// @param anew  chance to draw a value from its distribution
  Exploration(SearchSpace space, SpaceConditions conditions, double anew);

  /// An assignment near `from` that conditions and constraints allow, not `from` itself and not
  /// `taken` where 64 attempts find such a one. A parameter that comes to apply is drawn.
  Assignment near(const Assignment& from, Draw& draw, const Taken& taken) const;

 private:
  Assignment moved(const Assignment& from, Draw& draw) const;
  double moved(std::size_t parameter, double value, Draw& draw) const;

  SearchSpace space_;
  SpaceConditions conditions_;
  double anew_;
};

/// The value of a number or a discrete that lies a step up or down from `value`, or the other way
/// where the range ends: itself only where it is the only one.
double stepped(const Parameter& parameter, const Axis& axis, double value, bool up);

}  // namespace diwan
