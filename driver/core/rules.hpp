// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/space/direction.hpp"

namespace diwan {

/// Which value of a metric's curve stands for the trial.
enum class Strategy { min, max, latest };
const char* to_string(Strategy strategy);  ///< Katib's word: min, max, latest

struct MetricRule {
  std::string name;
  Strategy strategy = Strategy::latest;
  bool operator==(const MetricRule&) const = default;
};

/// What of a specification the decisions need. Budgets are no part: they come by events.
struct Rules {
  std::vector<MetricRule> metrics;    ///< objectives first, then the additional ones
  std::vector<Direction> directions;  ///< one per objective
  std::uint32_t retries = 0;          ///< further attempts of a failed run
  /// Parameter by whose value trials are compared first: the resource of hyperband.
  std::optional<std::size_t> resource = std::nullopt;
  bool operator==(const Rules&) const = default;
};

}  // namespace diwan
