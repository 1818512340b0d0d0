// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collectors/observation.hpp"

namespace diwan {

/// Why runs that were handed to a launcher have not started, as far as it knew at a moment. It
/// changes by itself and nothing is decided by it, so that it is no record.
struct Waits {
  struct Group {
    std::string reason;  ///< for people: "Slurm has not started job 17: Priority"
    std::vector<std::uint32_t> trials;
    bool operator==(const Group&) const = default;
  };
  Time at{};
  std::vector<Group> groups;
  bool operator==(const Waits&) const = default;
};

}  // namespace diwan
