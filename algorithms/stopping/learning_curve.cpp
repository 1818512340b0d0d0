// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/stopping/learning_curve.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace diwan {

void LearningCurve::take(std::uint32_t attempt, Report report) {
  if (attempt > attempt_) {
    attempt_ = attempt;
    std::erase_if(reports_, [&](const Report& earlier) { return earlier.step >= report.step; });
    best_ = std::numeric_limits<double>::infinity();
    for (const Report& kept : reports_) {
      best_ = std::min(best_, kept.loss);
    }
  }
  if (std::isfinite(report.loss)) {
    reports_.push_back(report);
    best_ = std::min(best_, report.loss);
  }
}

AverageCurve::AverageCurve(const LearningCurve& curve) {
  std::vector<LearningCurve::Report> reports = curve.reports();
  std::stable_sort(reports.begin(), reports.end(),
                   [](const auto& a, const auto& b) { return a.step < b.step; });
  // Kept as a mean, which neither overflows nor leaves the value of a curve that is flat.
  long double mean = 0;
  long double count = 0;
  for (const LearningCurve::Report& report : reports) {
    mean += (report.loss - mean) / ++count;
    if (points_.empty() || points_.back().step != report.step) {
      points_.push_back({.step = report.step, .average = 0});
    }
    points_.back().average = static_cast<double>(mean);
  }
}

std::optional<double> AverageCurve::up_to(std::int64_t step) const {
  const auto after =
      std::upper_bound(points_.begin(), points_.end(), step,
                       [](std::int64_t wanted, const Point& point) { return wanted < point.step; });
  return after == points_.begin() ? std::nullopt : std::optional(std::prev(after)->average);
}

}  // namespace diwan
