// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/metric_names.hpp"

#include <algorithm>
#include <cstring>

namespace diwan {

bool MetricNames::occur_in(std::string_view line) const {
  return std::any_of(names_.begin(), names_.end(), [line](const std::string& name) {
    return !name.empty() && ::memmem(line.data(), line.size(), name.data(), name.size()) != nullptr;
  });
}

}  // namespace diwan
