// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/observation.hpp"

#include <cmath>

namespace diwan {

bool same_value(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool Observation::operator==(const Observation& other) const {
  return same_value(value, other.value) && metric == other.metric && step == other.step &&
         text == other.text && time == other.time;
}

}  // namespace diwan
