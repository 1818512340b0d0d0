// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "driver/core/event.hpp"

namespace diwan {

/// A curve of bounded length: of more values every second, fourth, ... is kept, and the last one.
class Trace {
 public:
  struct Point {
    std::int64_t step = 0;
    double value = 0;
    bool operator==(const Point&) const = default;
  };
  static constexpr std::size_t most_points = 128;

  /// Finite values in the order in which they came; any other one is left out.
  void add(Point point);
  /// Forgets what begins with this step.
  void cut_from(std::int64_t step);
  void clear() { *this = {}; }
  const std::vector<Point>& points() const { return points_; }

 private:
  std::vector<Point> points_;
  std::uint64_t stride_ = 1;
  std::uint64_t count_ = 0;  ///< of values that came
  bool last_stays_ = true;   ///< the last point is one that is kept, whatever comes
};

/// The objective's curve of each trial, joined over attempts as the trial's result is (design.md,
/// section 11). Follows the records.
class Traces {
 public:
  void take(const Record& record);
  /// Of the trial of this number; without a point where it gave none.
  const Trace& of(std::uint32_t trial) const;

 private:
  struct Joined {
    Trace trace;
    std::uint32_t attempt = 0;
    bool own_steps = false;
  };
  std::vector<Joined> trials_;  ///< trial n at n-1
};

}  // namespace diwan
