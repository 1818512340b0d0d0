// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <utility>

#include "driver/core/waits.hpp"

namespace diwan {

/// Keeps what a launcher says of runs that wait where other programs can read it, DIR/waiting: only
/// while there is something, and anew when something else is said, or the same for a while.
class ToldWaits {
 public:
  /// What a run before left there is removed.
  explicit ToldWaits(std::filesystem::path directory) : directory_(std::move(directory)) {
    remove();
  }
  ~ToldWaits() { remove(); }
  ToldWaits(const ToldWaits&) = delete;
  ToldWaits& operator=(const ToldWaits&) = delete;

  void take(Waits waits);

 private:
  void remove();

  std::filesystem::path directory_;
  Waits told_;
};

}  // namespace diwan
