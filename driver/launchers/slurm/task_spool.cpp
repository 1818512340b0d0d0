// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/task_spool.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace diwan::slurm {
namespace {

constexpr std::chrono::milliseconds sync_pause{1000};
constexpr std::chrono::milliseconds life_sign_pause{5000};
/// From one try to the next, where something does not go.
constexpr std::chrono::milliseconds retry_pause{1000};

}  // namespace

void TaskSpool::carry_on(Time present) {
  const bool had = !file_.written();
  const int error = file_.write();
  if (error != 0 && error != error_) {
    std::fprintf(stderr, "diwan: %s cannot be written: %s; the trial waits\n", path_.c_str(),
                 std::strerror(error));
  }
  error_ = error;
  if (had && !dirty_) {
    dirty_ = true;
    next_sync_ = std::max(next_sync_, present);
  }
  if (dirty_ && present >= next_sync_) {
    dirty_ = file_.sync() != 0;
    next_sync_ = present + sync_pause;
    next_life_sign_ = present + life_sign_pause;
  } else if (present >= next_life_sign_) {
    file_.touch();
    next_life_sign_ = present + life_sign_pause;
  }
}

TaskSpool::Time TaskSpool::next(Time present) const {
  Time until = next_life_sign_;
  if (dirty_) {
    until = std::min(until, next_sync_);
  }
  if (!written()) {
    until = std::min(until, present + retry_pause);
  }
  return until;
}

}  // namespace diwan::slurm
