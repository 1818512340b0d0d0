// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace diwan {

/// The budget now in force; absent members are unlimited (goal: none).
struct Budget {
  std::optional<std::uint32_t> max_trials;
  std::uint32_t parallel = 3;
  std::optional<std::uint32_t> max_failed;
  std::optional<double> goal;

  /// Trials at a time: no more than there will be.
  std::uint32_t at_a_time() const {
    return max_trials ? std::min(parallel, *max_trials) : parallel;
  }
  bool operator==(const Budget&) const = default;
};

}  // namespace diwan
