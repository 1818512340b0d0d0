// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace diwan::slurm {

/// A job array to submit; what is empty or none is left to Slurm's own default.
struct JobRequest {
  std::string name;
  std::string comment;      ///< by which a later coordinator finds the job again
  std::string script;       ///< whole, with its #! line
  std::uint32_t tasks = 1;  ///< of the array, which has the places 0 to tasks - 1
  std::string working_directory;
  std::string output;  ///< path of each task's own output, with Slurm's patterns (%a)
  std::string partition;
  std::string account;
  std::string qos;
  std::string constraint;
  std::vector<std::string> variables;  ///< NAME=value, over those that every job gets
  std::uint32_t nodes =
      1;  ///< of a task of the array, as all below; 0, here and in the next two: as the script says
  std::uint32_t ranks = 1;  ///< Slurm's "tasks" (--ntasks)
  std::uint32_t cpus_per_rank = 1;
  std::uint32_t gpus_per_node = 0;
  std::optional<std::uint64_t> memory_mebibytes;  ///< of each node
  std::optional<std::chrono::minutes> time_limit;
  std::vector<std::string> extra;  ///< options for sbatch as they are; then sbatch submits
  bool operator==(const JobRequest&) const = default;
};

/// What Slurm calls JobState, as far as we tell states apart.
enum class JobState {
  pending,
  running,  ///< or being configured, suspended, resized, signalled
  completing,
  completed,
  failed,
  cancelled,
  timeout,    ///< also DEADLINE
  node_fail,  ///< also BOOT_FAIL
  out_of_memory,
  preempted,
  requeue_hold,  ///< held by Slurm after it was requeued, or by SPECIAL_EXIT
};

/// One task of an array as slurmctld has it.
struct JobTask {
  std::uint32_t array = 0;  ///< the job's id, which is that of its array
  std::uint32_t task = 0;
  JobState state = JobState::pending;
  std::string reason;          ///< why it waits or ended, in Slurm's word; empty: none given
  std::uint32_t restarts = 0;  ///< how often it was requeued
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string nodes;
  bool operator==(const JobTask&) const = default;
};

/// Jobs of an array that wait and have no record of their own yet come as one of these.
struct WaitingTasks {
  std::uint32_t array = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;  ///< first and last task
  JobState state = JobState::pending;
  std::string reason;
  bool operator==(const WaitingTasks&) const = default;
};

// Answers to the questions below, each with the number that the question was given.

struct Submitted {
  std::uint64_t question = 0;
  std::uint32_t job = 0;
  bool operator==(const Submitted&) const = default;
};
/// Slurm does not take the job, or cannot be asked.
struct Refused {
  enum class Kind {
    away,       ///< the controller does not answer, or not in time: whether it took the job is open
    busy,       ///< a limit that passes (MaxSubmitJobs, QOSMaxSubmit…, MaxJobCount): later
    forbidden,  ///< never, as the request is
    gone,       ///< no such job, or it is over
  };
  std::uint64_t question = 0;
  Kind kind = Kind::away;
  std::string text;   ///< in Slurm's own words
  std::string field;  ///< of JobRequest, that is the cause ("gpus_per_node"); empty: unknown
  bool operator==(const Refused&) const = default;
};
struct Jobs {
  std::uint64_t question = 0;
  std::vector<JobTask> tasks;
  std::vector<WaitingTasks> waiting;
  bool operator==(const Jobs&) const = default;
};
/// Jobs of this user with a comment that was asked for.
struct Found {
  std::uint64_t question = 0;
  std::vector<std::pair<std::string, std::uint32_t>> jobs;  ///< comment and id
  bool operator==(const Found&) const = default;
};
/// The task is gone or will be; or got the signal.
struct Signalled {
  std::uint64_t question = 0;
  bool operator==(const Signalled&) const = default;
};
struct Limits {
  std::uint64_t question = 0;
  std::string version;                  ///< of Slurm
  std::uint32_t max_array_size = 1001;  ///< largest place of an array, plus one
  bool operator==(const Limits&) const = default;
};
/// For a person, once: the command-line tools are used instead of libslurm, and why.
struct Remark {
  std::string text;
  bool operator==(const Remark&) const = default;
};
using Answer = std::variant<Submitted, Refused, Jobs, Found, Signalled, Limits, Remark>;

/// Slurm, as asked through a process of its own: libexec/diwan/diwan-slurm with libslurm, or where
/// that is not built or does not fit, this program with the command-line tools. Nothing here
/// blocks; each question is answered once, also with Refused{away} when the process died.
class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  virtual ~Scheduler() = default;

  // Each gives the question's number.
  virtual std::uint64_t submit(const JobRequest& request) = 0;
  /// All tasks of these arrays that Slurm knows, in one question.
  virtual std::uint64_t ask(const std::vector<std::uint32_t>& arrays) = 0;
  virtual std::uint64_t find(const std::vector<std::string>& comments) = 0;
  /// Ends a task, waiting or running (TERM, and KILL after Slurm's KillWait).
  virtual std::uint64_t cancel(std::uint32_t array, const std::vector<std::uint32_t>& tasks) = 0;
  /// Sends a running task's batch program this signal.
  virtual std::uint64_t signal(std::uint32_t array, std::uint32_t task, int number) = 0;
  virtual std::uint64_t limits() = 0;

  /// What has been answered since the last call.
  virtual std::vector<Answer> answers() = 0;
  /// Readable when answers() has something.
  virtual int descriptor() const = 0;
  /// Requests to slurmctld so far, for people.
  virtual std::uint64_t requests() const = 0;
};

/// @param program  this program, which lies in bin/ beside libexec/diwan/diwan-slurm.
std::unique_ptr<Scheduler> make_scheduler(const std::filesystem::path& program);

}  // namespace diwan::slurm
