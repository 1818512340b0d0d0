// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/launchers/slurm/spool.hpp"

namespace diwan::slurm {

/// The spool of a task, with its pace: what is added is written at once, reaches the disk within a
/// second, and a task that says nothing gives a sign of life every five. Where the file cannot be
/// made or written for a while (a full disk), what is said waits.
class TaskSpool {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit TaskSpool(std::filesystem::path path) : path_{std::move(path)} {}

  void add(SpoolKind kind, std::string_view body);
  bool written() const { return early_.empty() && (!file_ || file_->written()); }
  /// Writes, syncs and gives a sign of life, as far as it is time for each. What does not go (a
  /// full disk) is said once on standard error, and tried again.
  /// @throws std::system_error where the file can never be made
  void carry_on(Time present);
  /// When to call that again, at the latest.
  Time next(Time present) const;
  /// What was written reaches the disk now.
  void sync();

 private:
  int write();

  std::filesystem::path path_;
  std::optional<SpoolWriter> file_;
  std::vector<SpoolRecord> early_;  ///< said before there was a file
  Time next_sync_{};
  Time next_life_sign_{};
  int error_ = 0;
  bool dirty_ = false;  ///< written and not synced
};

}  // namespace diwan::slurm
