// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

#include "driver/core/waits.hpp"

namespace diwan {

/// Keeps what a launcher says of runs that wait where other programs can read it, DIR/waiting: only
/// while there is something, and anew when something else is said, or the same for a while. The
/// file of an owner that has taken the directory over is left alone.
class ToldWaits {
 public:
  /// What a run before left there is removed.
  /// @param epoch  of this owner
  ToldWaits(std::filesystem::path directory, std::uint64_t epoch)
      : directory_(std::move(directory)), epoch_(epoch) {
    remove();
  }
  ~ToldWaits() { remove(); }
  ToldWaits(const ToldWaits&) = delete;
  ToldWaits& operator=(const ToldWaits&) = delete;

  void take(Waits waits);

 private:
  bool is_anothers() const;
  void remove();

  std::filesystem::path directory_;
  std::uint64_t epoch_;
  Waits told_;
};

}  // namespace diwan
