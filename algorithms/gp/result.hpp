// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace diwan::gp {

/// A trial that has ended.
struct Result {
  std::vector<double> point;
  std::vector<double> values = {};  ///< to be small, one an objective; empty when it failed
  double cost = 1;                  ///< positive

  std::optional<double> value(std::size_t objective = 0) const {
    return values.empty() ? std::nullopt : std::optional(values.at(objective));
  }
};

/// A trial that is running.
struct Pending {
  std::vector<double> point;
  std::uint64_t index = 0;  ///< number of trials issued before it, which names its random draws
};

}  // namespace diwan::gp
