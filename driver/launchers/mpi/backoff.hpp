// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <algorithm>
#include <chrono>

namespace diwan::mpi {

/// How long to sleep between two looks for messages: 50 us, doubling to 1 ms while there was an
/// event within the last second, then to 10 ms. MPI has no descriptor to wait on, and its blocking
/// calls spin.
class Backoff {
 public:
  using Clock = std::chrono::steady_clock;

  /// Something came: start short again.
  void event(Clock::time_point now) {
    last_event_ = now;
    delay_ = shortest;
  }

  /// The delay to sleep now; `rung`: whoever has something to say rings, so that there is no use in
  /// looking more often than in a lively time.
  std::chrono::microseconds next(Clock::time_point now, bool rung = false) {
    const auto longest = now - last_event_ < std::chrono::seconds(1) ? lively : quiet;
    const auto delay = std::min(rung ? std::max(delay_, lively) : delay_, longest);
    delay_ = 2 * delay;
    return delay;
  }

  static constexpr std::chrono::microseconds shortest{50};
  static constexpr std::chrono::microseconds lively{1000};
  static constexpr std::chrono::microseconds quiet{10000};

 private:
  Clock::time_point last_event_{};
  std::chrono::microseconds delay_ = shortest;
};

}  // namespace diwan::mpi
