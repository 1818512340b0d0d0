// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "driver/core/waits.hpp"

namespace diwan {

/// Trials that wait, by why.
using WaitsByReason = std::map<std::string, std::vector<std::uint32_t>>;

inline std::vector<Waits::Group> groups_of(const WaitsByReason& waits) {
  std::vector<Waits::Group> groups;
  groups.reserve(waits.size());
  for (const auto& [reason, trials] : waits) {
    groups.push_back({.reason = reason, .trials = trials});
  }
  return groups;
}

}  // namespace diwan
