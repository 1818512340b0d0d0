// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace diwan {

/// UTC, microseconds since 1970.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// Are two values the same? NaN equals NaN.
bool same_value(double a, double b);

/// One value of one metric as a trial gave it.
struct Observation {
  std::uint32_t metric = 0;          ///< index into the names the collector was made with
  std::optional<std::int64_t> step;  ///< where the source gives one
  double value = 0;                  ///< NaN and infinities are values
  std::string text;                  ///< the text where it is no number (value is NaN); else empty
  std::optional<Time> time;          ///< where the source gives one
  /// Equal field by field, two NaN values included.
  bool operator==(const Observation& other) const;
};

}  // namespace diwan
