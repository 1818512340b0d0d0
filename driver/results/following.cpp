// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/following.hpp"

#include <utility>

namespace diwan {

Following::Following(std::filesystem::path directory) : directory_(std::move(directory)) {
  load_anew();
}

bool Following::State::look() {
  bool goes_on = false;
  try {
    goes_on = follower.look([this](Record&& record) {
      fold.take(record);
      traces.take(record);
    });
  } catch (const StoreError&) {
    // A new owner's record need not fit the rules of the one before.
    if (!looked || !fold.other_rules()) {
      throw;
    }
  }
  looked = true;
  if (goes_on && !fold.empty()) {
    fold.look_around(follower.report());
  }
  return goes_on;
}

void Following::load_anew() {
  std::optional<Spec> spec;
  for (;;) {
    const bool given = spec.has_value();
    State state(directory_, std::move(spec));
    if (!state.look()) {
      continue;
    }
    if (state.fold.empty()) {
      throw StoreError(directory_.string() +
                       " holds no record yet; the run that made it ended before its first one");
    }
    spec = state.fold.other_rules();
    if (!spec || given) {
      now_.emplace(std::move(state));
      whole_ = true;
      return;
    }
  }
}

bool Following::look() {
  const std::uint64_t before = now_->follower.report().last_record;
  if (!std::exchange(whole_, false) || !now_->look() || now_->fold.other_rules()) {
    load_anew();
  }
  whole_ = true;
  return now_->follower.report().last_record != before;
}

}  // namespace diwan
