// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/ask_clock.hpp"

#include <algorithm>

namespace diwan::slurm {

namespace {
constexpr AskClock::Duration shortest = std::chrono::seconds{1};
}  // namespace

void AskClock::hurry(Time now) {
  pause_ = shortest;
  next_ = std::min(next_, now + jittered(shortest));
}

void AskClock::asked(Time now, Duration longest) {
  next_ = now + jittered(pause_);
  pause_ = std::min<Duration>(pause_ * 3 / 2, longest);
}

AskClock::Duration AskClock::jittered(Duration pause) {
  std::uniform_real_distribution<double> share{0.8, 1.2};
  return std::chrono::duration_cast<Duration>(pause * share(random_));
}

}  // namespace diwan::slurm
