// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "driver/core/run_key.hpp"

namespace diwan::slurm {

/// One life of one task of a job array.
struct TaskIdentity {
  std::uint32_t job = 0;  ///< of the array
  std::uint32_t task = 0;
  std::uint32_t restarts = 0;  ///< SLURM_RESTART_COUNT
  std::string host;
  bool operator==(const TaskIdentity&) const = default;
};

/// "12_3, requeued once, on n1" for people.
std::string to_string(const TaskIdentity& identity);
/// One line of JSON; none for text that is none.
std::string identity_line(const TaskIdentity& identity);
std::optional<TaskIdentity> parse_identity(const std::string& line);

/// The claims of one life of a task: each a hard link to one file that holds its identity. That
/// file is written and synchronised with the first claim; a further one is a link(2) alone, which
/// one of several that try at once brings about, on NFS too.
class Claimant {
 public:
  Claimant(std::filesystem::path experiment_directory, TaskIdentity self);
  /// Removes the file; the claims stay.
  ~Claimant();
  Claimant(const Claimant&) = delete;
  Claimant& operator=(const Claimant&) = delete;

  /// Makes the claim of a run this task's own, once for ever.
  /// @return none where the claim is ours; else whose it is
  /// @throws std::system_error where neither could be found out; may_pass() says whether to try
  /// again
  std::optional<TaskIdentity> claim(RunKey run);

 private:
  bool make(const std::filesystem::path& path);

  std::filesystem::path experiment_;
  TaskIdentity self_;
  std::filesystem::path own_;
  bool written_ = false;
};

/// One claim of a task that makes no other.
inline std::optional<TaskIdentity> claim(std::filesystem::path experiment_directory, RunKey run,
                                         TaskIdentity self) {
  return Claimant{std::move(experiment_directory), std::move(self)}.claim(run);
}
/// Whose it is; none: nobody has begun the run.
std::optional<TaskIdentity> read_claim(const std::filesystem::path& experiment_directory,
                                       RunKey run);

}  // namespace diwan::slurm
