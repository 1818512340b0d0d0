// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/mpi/mpi_launcher.hpp"

namespace diwan {

/// Rank 0 of a test: a launcher over the real ranks of mpirun, and all that it has reported.
class Rank0 {
 public:
  Rank0(MpiWorld& world, std::filesystem::path directory) : directory_(std::move(directory)) {
    RunSettings settings;
    settings.experiment = "e";
    settings.directory = directory_;
    settings.collector.metrics = {"loss"};
    settings.grace = std::chrono::milliseconds(300);
    launcher_ = make_mpi_launcher(
        settings, world,
        {.trials_per_rank = 1, .tempo = {.silence = std::chrono::milliseconds(3000)}});
  }

  Launcher& launcher() { return *launcher_; }
  const std::filesystem::path& directory() const { return directory_; }

  /// A run of a new trial with this shell script.
  RunKey submit(const std::string& script) {
    const Launch launch = launch_of({.trial = ++trials_, .attempt = 1}, script);
    launcher_->submit(std::span(&launch, 1));
    return launch.run;
  }
  Launch launch_of(RunKey run, const std::string& script) const {
    Launch launch;
    launch.run = run;
    launch.trial_name = "t" + std::to_string(run.trial);
    launch.argv = {"/bin/sh", "-c", script};
    launch.working_directory = directory_;
    return launch;
  }
  RunKey new_run() { return {.trial = ++trials_, .attempt = 1}; }

  /// Polls until `done`; false if it is not in time.
  bool poll_until(const std::function<bool()>& done,
                  std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) {
        return false;
      }
      for (Report& report : launcher_->poll(std::chrono::milliseconds(5))) {
        take(std::move(report));
      }
      for (const Notice& notice : launcher_->notices()) {
        notices_ += notice.text + "\n";
      }
    }
    return true;
  }
  bool poll_until_ended(RunKey run, std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    return poll_until([&] { return ends_.contains(run); }, patience);
  }
  bool poll_until_started(RunKey run) {
    return poll_until([&] { return starts_.contains(run); });
  }

  const Started& start(RunKey run) const { return starts_.at(run).front(); }
  const Ended& end(RunKey run) const { return ends_.at(run).front(); }
  std::size_t ends(RunKey run) const { return ends_.contains(run) ? ends_.at(run).size() : 0; }
  const std::vector<double>& values(RunKey run) { return values_[run]; }
  const std::string& notices() const { return notices_; }
  /// Called for each batch instead of keeping its values.
  std::function<void(const Observed&)> on_observed;

 private:
  void take(Report report) {
    if (auto* started = std::get_if<Started>(&report)) {
      starts_[started->run].push_back(*started);
    } else if (auto* ended = std::get_if<Ended>(&report)) {
      ends_[ended->run].push_back(*ended);
    } else if (auto* observed = std::get_if<Observed>(&report)) {
      if (on_observed) {
        on_observed(*observed);
        return;
      }
      auto& values = values_[observed->run];
      values.insert(values.end(), observed->values.begin(), observed->values.end());
    }
  }

  std::filesystem::path directory_;
  std::unique_ptr<Launcher> launcher_;
  std::uint32_t trials_ = 0;
  std::map<RunKey, std::vector<Started>> starts_;
  std::map<RunKey, std::vector<Ended>> ends_;
  std::map<RunKey, std::vector<double>> values_;
  std::string notices_;
};

/// The rank 0 of this test program.
Rank0& rank0();

/// Fields of /proc/PID/stat from the state (field 3) on; empty if there is no such process.
inline std::vector<std::string> process_fields(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  const auto close = line.rfind(')');
  if (close == std::string::npos) {
    return {};
  }
  std::istringstream rest(line.substr(close + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) {
    fields.push_back(field);
  }
  return fields;
}
/// @throws std::runtime_error where it has gone or is an orphan: kill(-1) would end all processes
inline pid_t parent_of(std::int64_t pid) {
  const auto fields = process_fields(pid);
  const pid_t parent = fields.size() > 1 ? static_cast<pid_t>(std::stoi(fields[1])) : 0;
  if (parent <= 1) {
    throw std::runtime_error{"process " + std::to_string(pid) + " has no parent any more"};
  }
  return parent;
}
inline bool runs(std::int64_t pid) {
  const auto fields = process_fields(pid);
  return !fields.empty() && fields[0] != "Z" && fields[0] != "X";
}
/// User and system time used so far.
inline double cpu_seconds(std::int64_t pid) {
  const auto fields = process_fields(pid);
  return fields.size() > 12 ? (std::stod(fields[11]) + std::stod(fields[12])) /
                                  static_cast<double>(::sysconf(_SC_CLK_TCK))
                            : 0;
}
inline double resident_mebibytes(std::int64_t pid) {
  const auto fields = process_fields(pid);
  return fields.size() > 21
             ? std::stod(fields[21]) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20)
             : 0;
}
/// The worker rank and its supervisor that run a trial's process.
inline pid_t supervisor_of(const Started& started) { return parent_of(started.pid); }
/// Between a worker and its supervisor stands the guardian.
inline pid_t worker_of(const Started& started) {
  return parent_of(parent_of(supervisor_of(started)));
}

}  // namespace diwan
