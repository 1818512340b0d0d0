// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/traces.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

namespace diwan {

void Trace::add(Point point) {
  if (!std::isfinite(point.value)) {
    return;
  }
  if (!points_.empty() && !last_stays_) {
    points_.pop_back();
  }
  points_.push_back(point);
  last_stays_ = count_ % stride_ == 0;
  ++count_;
  if (points_.size() <= most_points) {
    return;
  }
  if (!last_stays_) {
    points_.pop_back();
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points_.size(); i += 2) {
    points_[kept++] = points_[i];
  }
  points_.resize(kept);
  stride_ *= 2;
  if (!last_stays_) {
    points_.push_back(point);
  }
}

void Trace::cut_from(std::int64_t step) {
  std::erase_if(points_, [&](const Point& point) { return point.step >= step; });
  last_stays_ = true;
  count_ = points_.size() * stride_;
}

void Traces::take(const Record& record) {
  if (const auto* suggested = std::get_if<Suggested>(&record.event)) {
    trials_.resize(std::max<std::size_t>(trials_.size(), suggested->trial));
    return;
  }
  const auto* observed = std::get_if<Observed>(&record.event);
  if (observed == nullptr || observed->metric != 0 || observed->values.empty() ||
      observed->run.trial == 0 || observed->run.trial > trials_.size()) {
    return;
  }
  Joined& joined = trials_[observed->run.trial - 1];
  if (joined.attempt != observed->run.attempt) {
    if (joined.own_steps && observed->own_steps) {
      joined.trace.cut_from(observed->steps.front());
    } else {
      joined.trace.clear();
    }
    joined.attempt = observed->run.attempt;
    joined.own_steps = observed->own_steps;
  }
  for (std::size_t i = 0; i < observed->values.size(); ++i) {
    joined.trace.add({observed->steps[i], observed->values[i]});
  }
}

const Trace& Traces::of(std::uint32_t trial) const {
  static const Trace none;
  return trial >= 1 && trial <= trials_.size() ? trials_[trial - 1].trace : none;
}

}  // namespace diwan
