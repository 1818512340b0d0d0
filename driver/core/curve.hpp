// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/core/trial.hpp"

namespace diwan {

/// One metric's curve while its trial lives: what is needed to join attempts (design: where the
/// source gives steps, a later attempt replaces from its first step on; otherwise only the last one
/// counts) and to know which observations came already. Memory grows with the improvements, not the
/// observations.
class Curve {
 public:
  /// Takes a batch into `summary`.
  void take(const Observed& batch, MetricSummary& summary);
  /// A new attempt begins.
  void restart(MetricSummary& summary);
  /// Observations taken from a source in the present attempt.
  std::uint64_t seen(Source source) const { return seen_[static_cast<std::size_t>(source)]; }
  /// Observations of the present attempt, all sources: the last counted step.
  std::int64_t count() const { return count_; }
  bool operator==(const Curve&) const = default;

 private:
  /// Best value of all steps up to this one; kept where it changes, steps ascending.
  struct Stair {
    std::int64_t step = 0;
    double value = 0;
    bool operator==(const Stair&) const = default;
  };

  void begin(const Observed& batch, MetricSummary& summary);
  void take(std::int64_t step, double value, MetricSummary& summary);

  std::vector<Stair> lows_;
  std::vector<Stair> highs_;
  std::array<std::uint64_t, 4> seen_{};
  std::int64_t count_ = 0;
  bool own_steps_ = false;
  bool fresh_ = true;  ///< nothing taken in this attempt yet
};

}  // namespace diwan
