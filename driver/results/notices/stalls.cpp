// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/notices/stalls.hpp"

#include <algorithm>
#include <chrono>

#include "driver/results/duration_text.hpp"

namespace diwan {
namespace {

std::string text_of(Time::duration length) {
  return duration_text(std::chrono::duration<double>(length).count());
}

}  // namespace

void Stalls::start(const RunKey& run, Time time) { live_[run.trial] = {.last_sign = time}; }

void Stalls::sign(const RunKey& run, Time time) {
  const auto live = live_.find(run.trial);
  if (live != live_.end()) {
    Live& trial = live->second;
    trial.longest_pause = std::max(trial.longest_pause, time - trial.last_sign);
    trial.last_sign = time;
  }
}

void Stalls::end(const RunKey& run, Time time, bool with_result) {
  sign(run, time);
  const auto live = live_.find(run.trial);
  if (live != live_.end()) {
    if (with_result) {
      longest_pause_ = std::max(longest_pause_, live->second.longest_pause);
      ++ended_;
    }
    live_.erase(live);
  }
}

void Stalls::owner_changed(Time time) {
  for (auto& [number, trial] : live_) {
    trial.last_sign = time;
  }
}

void Stalls::add_notices(const Experiment& experiment, Time now,
                         std::vector<SearchNotice>& notices) const {
  using namespace std::chrono_literals;
  constexpr std::uint32_t least_ended = 3;
  constexpr int times_longer = 5;
  if (ended_ < least_ended) {
    return;
  }
  const Time::duration most = std::max<Time::duration>(times_longer * longest_pause_, 60s);
  for (const auto& [number, live] : live_) {
    const Time::duration pause = now - live.last_sign;
    if (pause <= most || experiment.trial(number).phase != Phase::running) {
      continue;
    }
    const std::string& host = experiment.trial(number).host;
    const std::string place = host.empty() ? "" : " on " + host;
    notices.push_back({.kind = SearchNotice::Kind::stalled,
                       .subject = number,
                       .text = "trial #" + std::to_string(number) + place +
                               " has given no observation for " + text_of(pause) +
                               "; those that ended never paused for more than " +
                               text_of(longest_pause_) + ". `diwan logs DIR " +
                               std::to_string(number) + "` shows what it does, `diwan cancel DIR " +
                               std::to_string(number) + "` ends it"});
  }
}

}  // namespace diwan
