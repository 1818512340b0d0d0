// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/task_spool.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "driver/launchers/slurm/durable_file.hpp"

namespace diwan::slurm {
namespace {

constexpr std::chrono::milliseconds sync_pause{1000};
constexpr std::chrono::milliseconds life_sign_pause{5000};
/// From one try to the next, where something does not go.
constexpr std::chrono::milliseconds retry_pause{1000};

}  // namespace

void TaskSpool::add(SpoolKind kind, std::string_view body) {
  if (file_) {
    file_->add(kind, body);
  } else {
    early_.push_back({.kind = kind, .body = std::string{body}});
  }
}

/// @return 0, or the errno that stopped it
int TaskSpool::write() {
  try {
    if (!file_) {
      file_.emplace(path_);
    }
  } catch (const std::system_error& error) {
    if (!may_pass(error.code())) {
      throw;
    }
    return error.code().value();
  }
  for (const SpoolRecord& record : early_) {
    file_->add(record.kind, record.body);
  }
  early_.clear();
  return file_->write();
}

void TaskSpool::sync() {
  if (file_) {
    file_->sync();
  }
}

void TaskSpool::carry_on(Time present) {
  const bool had = !written();
  const int error = had ? write() : 0;
  if (error != 0 && error != error_) {
    std::fprintf(stderr, "diwan: %s cannot be written: %s; the trial waits\n", path_.c_str(),
                 std::strerror(error));
  }
  error_ = error;
  if (had && error == 0 && !dirty_) {
    dirty_ = true;
    next_sync_ = std::max(next_sync_, present);
  }
  if (dirty_ && present >= next_sync_) {
    dirty_ = file_->sync() != 0;
    next_sync_ = present + sync_pause;
    next_life_sign_ = present + life_sign_pause;
  } else if (file_ && present >= next_life_sign_) {
    file_->touch();
    next_life_sign_ = present + life_sign_pause;
  }
}

TaskSpool::Time TaskSpool::next(Time present) const {
  Time until = file_ ? next_life_sign_ : Time::max();
  if (dirty_) {
    until = std::min(until, next_sync_);
  }
  if (!written()) {
    until = std::min(until, present + retry_pause);
  }
  return until;
}

}  // namespace diwan::slurm
