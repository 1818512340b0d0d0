// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "driver/launchers/launcher.hpp"
#include "driver/shell/announce/announcer.hpp"
#include "driver/shell/kept_files.hpp"
#include "driver/shell/progress.hpp"
#include "driver/shell/requirements.hpp"
#include "driver/shell/walltime.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// The request cannot be carried out; nothing was changed. Exit status 2.
struct RunRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// `diwan run` and `diwan resume`, parsed.
struct RunRequest {
  Spec spec;
  std::filesystem::path directory;  ///< absolute
  /// Directories of other experiments, and CSV tables, whose results a new experiment knows.
  std::vector<std::filesystem::path> from;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint32_t> max_trials;
  std::optional<std::uint32_t> parallel;
  std::optional<std::uint32_t> reserve;
  std::uint32_t trials_per_rank = 1;
  std::uint32_t pilots = 0;            ///< of slurm; 0: a job for each trial
  TrialTasks tasks = TrialTasks::one;  ///< that the launcher can start
  std::chrono::milliseconds grace{30000};
  RunSettings::Keep keep = RunSettings::Keep::all;  ///< logs
  KeepRule kept;
  ProgressMode progress = ProgressMode::automatic;
  bool container = false;
  bool keep_going = false;
  bool take_over = false;
  bool accept_changes = false;
  bool print_best = true;  ///< to stdout, at the end
  /// Time that mpirun leaves between its warning and the end; none outside mpirun.
  std::optional<std::chrono::milliseconds> mpirun_grace;
  std::chrono::milliseconds mpirun_leaving{};  ///< time that mpirun takes to return at the end
  JobEnd job_end;
  Announcements announcements;
};

/// What a launcher is made from.
struct LauncherRequest {
  RunSettings settings;
  std::uint32_t trials_per_rank = 1;   ///< of mpi
  std::optional<std::uint32_t> slots;  ///< of local; none: as many as the host has room for
  // Of slurm.
  Resources resources = {};
  SlurmOptions slurm = {};
  std::uint32_t pilots = 0;
};
/// Makes a launcher once the request is known to be sound.
using LauncherFactory = std::function<std::unique_ptr<Launcher>(const LauncherRequest&)>;

/// Starts an experiment or goes on with what the directory holds, until nothing is left to do or it
/// is stopped. Prints the best trial to stdout at the end if asked to.
/// @return the exit status of design.md section 9.
/// @throws RunRefused, StoreError.
int run_experiment(const RunRequest& request, const LauncherFactory& make_launcher);

}  // namespace diwan
