// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>

#include "driver/launchers/slurm/spool.hpp"

namespace diwan::slurm {

/// The spool of a task, with its pace: what is added is written at once, reaches the disk within a
/// second, and a task that says nothing gives a sign of life every five.
class TaskSpool {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// @throws std::system_error
  explicit TaskSpool(std::filesystem::path path) : file_{path}, path_{std::move(path)} {}

  void add(SpoolKind kind, std::string_view body) { file_.add(kind, body); }
  bool written() const { return file_.written(); }
  /// Writes, syncs and gives a sign of life, as far as it is time for each. What does not go (a
  /// full disk) is said once on standard error, and tried again.
  void carry_on(Time present);
  /// When to call that again, at the latest.
  Time next(Time present) const;
  /// What was written reaches the disk now.
  void sync() { file_.sync(); }

 private:
  SpoolWriter file_;
  std::filesystem::path path_;
  Time next_sync_{};
  Time next_life_sign_{};
  int error_ = 0;
  bool dirty_ = false;  ///< written and not synced
};

}  // namespace diwan::slurm
