// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/history.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

namespace diwan {

double RunSpan::seconds(Time until) const {
  return std::max(std::chrono::duration<double>((ended ? ended->at : until) - start).count(), 0.0);
}

void RunHistory::take(const Record& record) {
  if (const auto* owner = std::get_if<OwnerChanged>(&record.event)) {
    owners_.push_back({.epoch = owner->epoch,
                       .from = record.time,
                       .last_sign = record.time,
                       .host = owner->host,
                       .job_id = owner->job_id,
                       .launcher = owner->launcher,
                       .version = owner->version});
  } else if (const auto* started = std::get_if<Started>(&record.event)) {
    start(*started);
  } else if (const auto* ended = std::get_if<Ended>(&record.event)) {
    end(*ended);
  } else if (const auto* asked = std::get_if<StopAsked>(&record.event)) {
    steerings_.push_back({.at = record.time, .asked = *asked});
  }
  if (!owners_.empty()) {
    owners_.back().last_sign = record.time;
  }
}

void RunHistory::start(const Started& started) {
  live_[started.run.trial] = runs_.size();
  runs_.push_back({.run = started.run,
                   .start = started.at,
                   .host = started.host,
                   .gpus = started.gpus,
                   .ended = {}});
}

void RunHistory::end(const Ended& ended) {
  const auto live = live_.find(ended.run.trial);
  if (live == live_.end() || runs_[live->second].run != ended.run) {
    return;  // it ended before it began to run
  }
  runs_[live->second].ended = ended;
  live_.erase(live);
}

}  // namespace diwan
