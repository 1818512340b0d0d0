// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

namespace diwan {

/// Ever longer pauses between tries, each half as long again as the one before.
class BackOff {
 public:
  using Clock = std::chrono::steady_clock;

  BackOff(Clock::duration shortest, Clock::duration longest)
      : shortest_{shortest}, longest_{longest}, pause_{shortest} {}

  /// When to try next.
  Clock::time_point after(Clock::time_point present) {
    return present + std::exchange(pause_, std::min(pause_ * 3 / 2, longest_));
  }
  /// It went well.
  void reset() { pause_ = shortest_; }

 private:
  Clock::duration shortest_;
  Clock::duration longest_;
  Clock::duration pause_;
};

}  // namespace diwan
