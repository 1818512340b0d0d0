// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <random>

namespace diwan::slurm {

/// When slurmctld is asked next: soon after something was done that it must answer for, then ever
/// more seldom, never in step with other coordinators.
class AskClock {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  /// @param seed  of the jitter: another one in each process.
  explicit AskClock(unsigned seed) : random_{seed} {}

  /// Something happened: the next question is due in a second, unless it is due before.
  void hurry(Time now);
  /// The question was asked, or could not be answered: the next one is due later than this one was.
  /// @param longest  where the pause stops growing
  void asked(Time now, Duration longest);
  bool due(Time now) const { return now >= next_; }
  Time next() const { return next_; }

 private:
  Duration jittered(Duration pause);

  std::minstd_rand random_;
  Duration pause_ = std::chrono::seconds{1};
  Time next_{};
};

}  // namespace diwan::slurm
