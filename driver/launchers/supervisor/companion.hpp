// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "driver/launchers/supervisor/spawn.hpp"
#include "driver/launchers/supervisor/tailed_file.hpp"

namespace diwan {

/// The user's own collector (kind Custom): a process beside a run, which is fed on its standard
/// input with what the run writes, and prints observations.
///
/// It gets what stands in a file of the run, its log or its metrics file, as fast as it reads and
/// no faster: the file is the buffer, so that neither a slow nor a hung collector ever holds the
/// run up or costs memory, and none misses a byte. What it prints goes to files too.
class Companion {
 public:
  /// Feeds from `source`; `output` and `error` are the files for what it prints.
  Companion(std::filesystem::path source, std::filesystem::path output,
            std::filesystem::path error);
  ~Companion();
  Companion(const Companion&) = delete;
  Companion& operator=(const Companion&) = delete;

  /// Where its source is a file of the run, which has not begun: see TailedFile::watch_renames.
  void watch_source() { source_.watch_renames(); }
  /// Starts it, its standard streams excepted as the order says. Where it cannot, problem() says
  /// why.
  void begin(Spawner& spawner, SpawnOrder order);
  /// It was not even ordered.
  void cannot_begin(const std::string& why) { problem_ = why; }

  /// -1 if it never began; for ever the same, its session's number too.
  pid_t pid() const { return pid_; }
  bool lives() const { return pid_ > 0 && !ended_; }
  void exited(int wait_status);

  /// Hands on what is new, a piece of it; true if there was something.
  bool feed();
  /// For the owner: nothing will be written to the source any more, so that the input ends once it
  /// has all.
  bool source_complete = false;

  /// For the owner: it must have ended by then, whatever else holds.
  std::chrono::steady_clock::time_point end_by = std::chrono::steady_clock::time_point::max();
  /// For the owner, while it ends it and what it left by force: since when, and when it looks next.
  std::optional<std::chrono::steady_clock::time_point> kill_since;
  std::chrono::steady_clock::time_point next_scan{};
  std::chrono::milliseconds scan_pause{0};
  /// How it failed, for people; empty if it did not.
  std::string problem() const;

 private:
  bool write_on();
  void close_input();

  TailedFile source_;
  std::filesystem::path output_;
  std::filesystem::path error_;
  std::string pending_;  ///< read from the source, not yet written
  std::size_t at_ = 0;
  int input_ = -1;  ///< our end of its standard input
  pid_t pid_ = -1;
  bool ended_ = false;
  bool killed_ = false;
  bool left_unread_ = false;
  int wait_status_ = 0;
  std::string problem_;
};

}  // namespace diwan
