// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/event.hpp"

#include <algorithm>
#include <cmath>

namespace diwan {

bool Observed::operator==(const Observed& other) const {
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  return run == other.run && metric == other.metric && source == other.source &&
         first == other.first && own_steps == other.own_steps && steps == other.steps &&
         times == other.times && texts == other.texts &&
         std::equal(values.begin(), values.end(), other.values.begin(), other.values.end(), same);
}

}  // namespace diwan
