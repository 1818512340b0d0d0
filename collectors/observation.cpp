// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/observation.hpp"

#include <cmath>

namespace diwan {

bool Observation::operator==(const Observation& other) const {
  const bool same_value = value == other.value || (std::isnan(value) && std::isnan(other.value));
  return same_value && metric == other.metric && step == other.step && text == other.text &&
         time == other.time;
}

}  // namespace diwan
