// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace diwan {

/// What a running trial has reported so far: losses at steps, in any order.
class LearningCurve {
 public:
  struct Report {
    std::int64_t step = 0;
    double loss = 0;
  };

  /// The first report of a later attempt replaces those from its step on. A loss that is not finite
  /// is not kept.
  void take(std::uint32_t attempt, Report report);
  double best() const { return best_; }  ///< infinite when there is none
  std::size_t size() const { return reports_.size(); }
  const std::vector<Report>& reports() const { return reports_; }

 private:
  std::uint32_t attempt_ = 1;
  std::vector<Report> reports_;  ///< as they came
  double best_ = std::numeric_limits<double>::infinity();
};

/// The running averages of a curve that is complete.
class AverageCurve {
 public:
  struct Point {
    std::int64_t step = 0;
    double average = 0;  ///< of all reports up to this step
  };

  explicit AverageCurve(const LearningCurve& curve);
  /// The average up to `step`; beyond the last report the average of all; nothing before the first.
  std::optional<double> up_to(std::int64_t step) const;
  const std::vector<Point>& points() const { return points_; }  ///< steps ascending, each once

 private:
  std::vector<Point> points_;
};

}  // namespace diwan
