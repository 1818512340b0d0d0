// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>

namespace diwan {

/// The budget now in force; absent members are unlimited (goal: none).
struct Budget {
  std::optional<std::uint32_t> max_trials;
  std::uint32_t parallel = 3;
  std::optional<std::uint32_t> max_failed;
  std::optional<double> goal;
  bool operator==(const Budget&) const = default;
};

}  // namespace diwan
