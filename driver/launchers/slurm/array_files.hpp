// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "driver/core/run_key.hpp"

namespace diwan::slurm {

// Files below the experiment directory, through which the coordinator and the tasks of its job
// arrays know of each other:
//
//   arrays/next           a number: none below it is given to an array any more
//   arrays/claims/T.K     who runs attempt K of trial T; see claim.hpp
//   arrays/claims/task.J.I.R  the file that the claims of task I of job J are links to, in its life
//                             after R requeues; while it lives, and on if it is killed
//   arrays/N/launches     what the tasks of array N are to run; see launch_file.hpp
//   arrays/N/job          JSON: the comment that the job was submitted with and, once known, its id
//   arrays/N/manifest     the same for the SPANK plugin, where the tasks run a user's own batch
//                         script; see manifest.hpp
//   arrays/N/taken.I      which job's task took row I of the manifest
//   arrays/N/events       what the plugin saw of the tasks; see event_file.hpp
//   arrays/N/spool.I.R    what task I says, in its life after R requeues
//   arrays/N/inbox.I.M    what the coordinator says to task I; a new coordinator begins a new one
//   arrays/N/output.I     standard streams of the task's own process

std::filesystem::path arrays_directory(const std::filesystem::path& experiment_directory);
std::filesystem::path array_directory(const std::filesystem::path& experiment_directory,
                                      std::uint32_t array);
std::filesystem::path claim_path(const std::filesystem::path& experiment_directory, RunKey run);
std::filesystem::path claimant_path(const std::filesystem::path& experiment_directory,
                                    std::uint32_t job, std::uint32_t task, std::uint32_t restarts);
std::filesystem::path launches_path(const std::filesystem::path& array_directory);
std::filesystem::path spool_path(const std::filesystem::path& array_directory, std::uint32_t task,
                                 std::uint32_t restarts);
std::filesystem::path inbox_path(const std::filesystem::path& array_directory, std::uint32_t task,
                                 std::uint32_t number);

/// The numbers of the arrays that are there, in order.
std::vector<std::uint32_t> known_arrays(const std::filesystem::path& experiment_directory);
/// Makes the folder of a new array, and those above it, mode 0700; its number is larger than all
/// that are there, and than all that were withdrawn. @throws std::system_error
std::uint32_t make_array_directory(const std::filesystem::path& experiment_directory);
/// Removes an array that Slurm does not have, as far as is known. Its submission may still reach
/// Slurm, whose job then finds nothing to run: the number is never given to another array.
void withdraw_array(const std::filesystem::path& array_directory);

/// Removes what an array that is over has left but the file `job` and what its tasks said on their
/// own standard streams.
void clear_array(const std::filesystem::path& array_directory);

/// The highest R of `spool.I.R`, or M of `inbox.I.M`; none where there is no such file.
std::optional<std::uint32_t> last_of(const std::filesystem::path& array_directory,
                                     const std::string& prefix, std::uint32_t task);

/// The file `job` of an array.
struct JobFile {
  std::string comment;
  std::optional<std::uint32_t> job;  ///< none: not known whether Slurm has it
  std::uint32_t tasks = 0;
  bool pilots = false;
  bool script = false;   ///< its tasks run a user's own batch script
  bool offered = false;  ///< a person submits it
  bool over = false;     ///< nothing of it is left, and all that it said has been told
  bool operator==(const JobFile&) const = default;
};
/// Written whole, renamed and synced. @throws std::system_error
void write_job_file(const std::filesystem::path& array_directory, const JobFile& file);
/// It is there and cannot be read now, or is none of this version of Diwan; names the file.
struct JobFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// None where there is no such file: the array was never submitted. @throws JobFileError
std::optional<JobFile> read_job_file(const std::filesystem::path& array_directory);

}  // namespace diwan::slurm
