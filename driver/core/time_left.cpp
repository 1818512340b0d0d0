// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/time_left.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <vector>

namespace diwan {
namespace {

/// As many of the last ends are looked at: enough for a quantile, few enough to forget how it was.
constexpr std::size_t most_remembered = 100;

double resource_of(const Experiment& experiment, const Trial& trial) {
  const auto& parameter = experiment.rules().resource;
  const bool has_one = parameter && *parameter < trial.assignment.values.size();
  const double value = has_one ? trial.assignment.values[*parameter] : 0;
  return std::isfinite(value) ? value : 0;
}

}  // namespace

void TimeLeft::set_deadline(Time now, Time deadline) {
  begin_ = begin_.value_or(now);
  deadline_ = deadline;
}

void TimeLeft::learn(const Experiment& experiment, const Trial& trial) {
  if (trial.phase != Phase::ended || trial.status == TrialStatus::killed || !trial.run_start ||
      !trial.end || *trial.end < *trial.run_start) {
    return;
  }
  const std::chrono::duration<double> last = *trial.end - *trial.run_start;
  Recent& recent = by_resource_[resource_of(experiment, trial)];
  recent.push_back({.last_seconds = last.count(), .all_seconds = trial.seconds});
  if (recent.size() > most_remembered) {
    recent.pop_front();
  }
}

void TimeLeft::learn(const Experiment& experiment) {
  std::vector<const Trial*> ended;
  for (const Trial& trial : experiment.trials()) {
    if (trial.phase == Phase::ended && trial.end) {
      ended.push_back(&trial);
    }
  }
  std::ranges::stable_sort(ended, {}, [](const Trial* trial) { return *trial->end; });
  for (const Trial* trial : ended) {
    learn(experiment, *trial);
  }
}

/// The 90th percentile, by nearest rank.
TimeLeft::Length TimeLeft::usual(const Recent& ended) const {
  std::vector<double> seconds;
  seconds.reserve(ended.size());
  for (const Ended& each : ended) {
    // Where nothing is saved, earlier attempts of a trial say nothing of its length.
    seconds.push_back(work_is_saved_ ? each.all_seconds : each.last_seconds);
  }
  const std::size_t rank = (seconds.size() * 9 + 9) / 10;
  const auto place = seconds.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::ranges::nth_element(seconds, place);
  return Length(*place);
}

std::optional<TimeLeft::Length> TimeLeft::limited(std::optional<Length> length) const {
  if (time_limit_ && (!length || *length > *time_limit_)) {
    return *time_limit_;
  }
  return length;
}

std::optional<TimeLeft::Length> TimeLeft::length(const Experiment& experiment,
                                                 const Trial& trial) const {
  const double resource = resource_of(experiment, trial);
  const auto after = by_resource_.upper_bound(resource);
  if (after != by_resource_.begin()) {
    const auto& [less, ended] = *std::prev(after);
    const double more = less > 0 ? resource / less : 1;
    return limited(usual(ended) * more);
  }
  return limited(after == by_resource_.end() ? std::nullopt : std::optional(usual(after->second)));
}

std::optional<TimeLeft::Length> TimeLeft::shortest_length() const {
  std::optional<Length> shortest;
  for (const auto& [resource, ended] : by_resource_) {
    const Length length = usual(ended);
    shortest = std::min(shortest.value_or(length), length);
  }
  return limited(shortest);
}

bool TimeLeft::enough(Time now, const std::optional<Length>& length) const {
  if (!deadline_) {
    return true;
  }
  if (now >= *deadline_) {
    return false;
  }
  constexpr double worth_it = 0.1;
  const bool at_the_beginning = now - *begin_ <= (*deadline_ - *begin_) / 20;
  const Length left = *deadline_ - now;
  return !length || at_the_beginning || (work_is_saved_ ? *length * worth_it : *length) <= left;
}

}  // namespace diwan
