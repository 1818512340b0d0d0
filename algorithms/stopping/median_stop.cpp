// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/stopping/median_stop.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <string>
#include <variant>

#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

/// A mean, whose last digits say nothing: six of them.
std::string rounded(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

}  // namespace

MedianStop::MedianStop(const Options& options, Direction direction)
    : options_(options), direction_(direction) {}

double MedianStop::loss(double objective) const {
  return direction_ == Direction::minimize ? objective : -objective;
}

std::optional<StopAdvice> MedianStop::tell(const Fact& fact) {
  if (const auto* const report = std::get_if<Reported>(&fact)) {
    return report->objective == 0 ? judge(*report) : std::nullopt;
  }
  if (const auto* const finished = std::get_if<Finished>(&fact)) {
    end(*finished);
  }
  return std::nullopt;
}

std::optional<StopAdvice> MedianStop::judge(const Reported& report) {
  LearningCurve& curve = running_[report.trial];
  const double now = loss(report.value);
  curve.take(report.attempt, {.step = report.step, .loss = now});
  if (!std::isfinite(now) || curve.size() < options_.min_reports || now < best_result_) {
    return std::nullopt;
  }
  const RunningMedian* const averages = averages_up_to(report.step);
  if (averages == nullptr || averages->size() < options_.min_trials ||
      !(curve.best() > averages->median())) {
    return std::nullopt;
  }
  // loss() is its own inverse.
  return StopAdvice{
      .trial = report.trial,
      .rule = "medianstop at step " + std::to_string(report.step) + ": its best " +
              shortest(loss(curve.best())) + " is worse than " + rounded(loss(averages->median())) +
              ", the median of the running averages of " + std::to_string(averages->size()) +
              (averages->size() == 1 ? " trial" : " trials")};
}

void MedianStop::end(const Finished& finished) {
  if (has_result(finished.outcome) && !finished.objectives.empty()) {
    best_result_ = std::fmin(best_result_, loss(finished.objectives.front()));
  }
  const auto found = running_.find(finished.trial);
  if (found == running_.end()) {
    return;
  }
  if (finished.outcome == TrialOutcome::succeeded) {
    completed_.emplace_back(found->second);
    for (const AverageCurve::Point& point : completed_.back().points()) {
      levels_.try_emplace(point.step);
    }
  }
  running_.erase(found);
}

/// Nothing when no completed trial had reported by then.
const RunningMedian* MedianStop::averages_up_to(std::int64_t step) {
  const auto after = levels_.upper_bound(step);
  if (after == levels_.begin()) {
    return nullptr;
  }
  auto& [at, level] = *std::prev(after);
  for (; level.taken < completed_.size(); ++level.taken) {
    if (const auto average = completed_[level.taken].up_to(at)) {
      level.averages.add(*average);
    }
  }
  return &level.averages;
}

}  // namespace diwan
