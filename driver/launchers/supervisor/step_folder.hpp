// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "driver/core/event.hpp"

namespace diwan {

/// The folder in an attempt's own in which the ranks of a run that is a step of a Slurm job say how
/// they fare. Its files are made before the step is, so that no node remembers them as missing.
struct StepFolder {
  std::filesystem::path path;

  /// By whoever made the folder: the life of the job, such as "17 2" after its second requeue.
  std::filesystem::path life() const { return path / "life"; }
  /// By rank 0 when it begins: JOB.STEP, the nodes, rank 0's GPUs and the time in milliseconds, a
  /// line each.
  std::filesystem::path began() const { return path / "began"; }
  /// By a rank that could not begin for no fault of the trial's: a line for people.
  std::filesystem::path hindered() const { return path / "hindered"; }
  /// By the first rank that Slurm told to end, where we had not asked for it: a line for people.
  std::filesystem::path told() const { return path / "told"; }
  /// By each of them that then ended without having come to its end.
  std::filesystem::path unfinished() const { return path / "unfinished"; }
  /// By the first rank that failed: which, where and how.
  std::filesystem::path failed() const { return path / "failed"; }
  /// By rank 0 when its program has ended: then those ranks end that only serve it.
  std::filesystem::path done() const { return path / "done"; }
  std::filesystem::path hosts() const { return path / "hosts"; }
  /// What rank 0 asks the rank on the n-th node to run, and how that ended.
  std::filesystem::path asked(std::uint32_t node) const {
    return path / ("node-" + std::to_string(node) + ".asked");
  }
  std::filesystem::path answered(std::uint32_t node) const {
    return path / ("node-" + std::to_string(node) + ".answered");
  }
  /// Of a rank other than 0, whose output is the run's.
  std::filesystem::path output(std::uint32_t rank) const {
    return path / ("stdout." + std::to_string(rank) + ".log");
  }
  std::filesystem::path error(std::uint32_t rank) const {
    return path / ("stderr." + std::to_string(rank) + ".log");
  }
};

StepFolder step_folder(const std::filesystem::path& attempt_directory);

/// Makes the folder anew, for a step in this life of the job. What cannot be made shows when the
/// run's own folder is.
void make_step_folder(const StepFolder& folder, std::uint32_t nodes, const std::string& life);

/// What rank 0 wrote when it began; all empty before.
struct StepBegin {
  std::string id;  ///< JOB.STEP
  std::string nodes;
  std::string gpus;
  Time at{};
  bool operator==(const StepBegin&) const = default;
};
StepBegin read_step_begin(const StepFolder& folder);
void write_step_begin(const StepFolder& folder, const StepBegin& begin);

/// The JOB.STEP of a step that has begun in this life of the job; empty for all others, since
/// Slurm numbers steps anew when a job starts again.
std::string step_of(const StepFolder& folder, const std::string& life);

/// Of a step that did not begin the reason begins so.
inline constexpr std::string_view did_not_begin = "its step did not begin: ";

/// Says of a run that is a step what made srun end so, by what its ranks wrote and srun said
/// (`error_log`): a rank's failure, or something that is not the trial's own, which makes it lost.
/// Ranks that are told to end come to theirs with status 0, since the first other status would have
/// srun kill those that still save their work.
void judge_step(const StepFolder& folder, const std::filesystem::path& error_log, Ended& ended);

}  // namespace diwan
