// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace diwan::gp {

/// A trial that has ended.
struct Result {
  std::vector<double> point;
  std::optional<double> value = std::nullopt;  ///< to be small; nothing when it failed
  double cost = 1;                             ///< positive
};

/// A trial that is running.
struct Pending {
  std::vector<double> point;
  std::uint64_t index = 0;  ///< number of trials issued before it, which names its random draws
};

}  // namespace diwan::gp
