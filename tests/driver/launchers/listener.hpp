// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/launchers/launcher.hpp"

namespace diwan::test {

/// A new directory, removed with everything in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The program that is `diwan exec --supervisor`.
std::filesystem::path supervisor_program();

/// Settings for an experiment "e" in a directory, with one metric "loss".
RunSettings settings_in(const std::filesystem::path& directory);

/// A run, attempt 1, of trial "e-N" whose command is a line of shell.
Launch shell(std::uint32_t trial, const std::string& script);
/// The same with the command as it is.
Launch command(std::uint32_t trial, std::vector<std::string> argv);

/// What a launcher reported of one run.
struct Story {
  std::vector<Started> started;
  std::vector<Observed> observed;
  std::vector<Ended> ended;
  /// Values of the first metric, batch after batch.
  std::vector<double> values() const;
};

/// Polls and keeps what comes.
class Listener {
 public:
  explicit Listener(Launcher& launcher) : launcher_{&launcher} {}
  /// Polls until `done`; false after a minute.
  bool until(const std::function<bool()>& done);
  bool until_started(std::uint32_t trial);
  bool until_ended(std::uint32_t trial);
  bool until_value(std::uint32_t trial);
  Story& story(std::uint32_t trial, std::uint32_t attempt = 1);
  /// The one end of a trial that has ended.
  const Ended& end(std::uint32_t trial) { return story(trial).ended.at(0); }
  const std::vector<std::string>& notices() const { return notices_; }

 private:
  Launcher* launcher_;
  std::map<RunKey, Story> stories_;
  std::vector<std::string> notices_;
};

/// Everything in a file; empty if there is none.
std::string text_of(const std::filesystem::path& path);
/// Makes an empty file.
void touch(const std::filesystem::path& path);
/// Waits for a process to be gone, or a zombie; false after a minute.
bool gone(pid_t pid);
/// Waits until a file holds a whole line and gives it as a number; 0 after a minute.
pid_t pid_in(const std::filesystem::path& path);

}  // namespace diwan::test
