// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "driver/launchers/slurm/spool.hpp"

namespace diwan::slurm {

/// What the coordinator says to a task: frames to the supervisor (Start, CancelRun, SetGrace,
/// Shutdown). Each coordinator writes a spool of its own, so that what a killed one left half
/// written hides nothing.
class InboxWriter {
 public:
  InboxWriter(std::filesystem::path array_directory, std::uint32_t task)
      : array_{std::move(array_directory)}, task_{task} {}
  void add(std::string_view frames);
  /// Writes what was added. What does not go (a full disk) stays for the next call.
  /// @throws std::system_error
  void write();
  bool written() const { return unsaid_.empty() && (!spool_ || spool_->written()); }
  /// Both at once. @throws std::system_error
  void send(std::string_view frames) {
    add(frames);
    write();
  }

 private:
  std::filesystem::path array_;
  std::uint32_t task_;
  std::string unsaid_;  ///< added, and not in the spool yet
  std::optional<SpoolWriter> spool_;
};

class InboxReader {
 public:
  InboxReader(std::filesystem::path array_directory, std::uint32_t task);
  /// Frames that were not read before.
  std::string read();

 private:
  std::filesystem::path array_;
  std::uint32_t task_;
  std::uint32_t number_ = 1;
  SpoolReader spool_;
};

}  // namespace diwan::slurm
