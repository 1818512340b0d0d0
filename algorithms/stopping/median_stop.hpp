// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "algorithms/early_stopper.hpp"
#include "algorithms/space/direction.hpp"
#include "algorithms/stopping/learning_curve.hpp"
#include "algorithms/stopping/running_median.hpp"

namespace diwan {

/// The median stopping rule [Golovin et al. 2017, section 3.2.2]: a trial should end at step s if
/// its best objective so far is worse than the median of the running averages, up to s, of the
/// trials that have completed. Only those that succeeded count; one that was shorter counts with
/// the average of all it has, one that began later not at all.
///
/// Never stopped is a trial whose value now is better than every result so far: where the
/// objective is the latest value, its best alone does not tell.
///
/// A report costs O(log n) where trials report at the same steps; the first one at or after a step
/// that only one completed trial has costs O(n).
class MedianStop : public EarlyStopper {
 public:
  struct Options {
    std::size_t min_trials = 3;   ///< that must have an average up to s
    std::size_t min_reports = 4;  ///< of the trial that is judged
  };

  /// Judges by objective 0.
  MedianStop(const Options& options, Direction direction);

  std::optional<StopAdvice> tell(const Fact& fact) override;

 private:
  /// The averages up to a step, of the first `taken` completed trials.
  struct Level {
    RunningMedian averages;
    std::size_t taken = 0;
  };

  double loss(double objective) const;
  std::optional<StopAdvice> judge(const Reported& report);
  void end(const Finished& finished);
  const RunningMedian* averages_up_to(std::int64_t step);

  Options options_;
  Direction direction_;
  std::map<std::uint32_t, LearningCurve> running_;
  std::vector<AverageCurve> completed_;
  /// By every step of a completed trial: between two of them no average changes. Filled when asked
  /// for.
  std::map<std::int64_t, Level> levels_;
  double best_result_ = std::numeric_limits<double>::infinity();
};

}  // namespace diwan
