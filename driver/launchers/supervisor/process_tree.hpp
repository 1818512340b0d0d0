// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace diwan {

/// A process as /proc shows it. `start_ticks` (since boot) tells it from a later one of the same
/// id.
struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t session = 0;
  std::uint64_t start_ticks = 0;
  bool zombie = false;
  bool operator==(const Process&) const = default;
};

std::optional<Process> read_process(pid_t pid);
/// All processes that can be seen, by id. Costs a few microseconds for each.
std::vector<Process> list_processes();

/// Those of `processes` for which `belongs` is true, with all their descendants; zombies left out.
std::vector<Process> trees(const std::vector<Process>& processes,
                           const std::function<bool(const Process&)>& belongs);

/// Sends a signal if the process is still the same one.
void send_signal(const Process& process, int signal);

/// The value of a variable in the environment a process started with; none if it is unset or the
/// process may not be read.
std::optional<std::string> initial_variable(pid_t pid, const std::string& name);

/// Whether its command line is that of a supervisor, `PROGRAM exec --supervisor FD`.
bool is_supervisor(pid_t pid);

/// Kills all descendants of the calling process, a subreaper, until there is none, and reaps its
/// children; for ten seconds at most, since what has not died then hangs in the kernel. An srun
/// that is killed leaves its step to the helper beside it, and that is given a second to end the
/// step.
void kill_descendants();

/// Children of the calling process; none where the kernel does not tell (then list_processes()
/// does). A child may be missing while others end.
std::optional<std::vector<pid_t>> own_children();

/// A process that sweep() killed.
struct Swept {
  pid_t pid = 0;
  std::filesystem::path trial_directory;
};

/// Kills what runs still belong to the experiment in `directory`: all processes on this host whose
/// DIWAN_TRIAL_DIR lies below it, with their descendants, until none is left or `patience_ms` are
/// over. The caller, its ancestors and its descendants are left alone; processes of other users
/// cannot be read and are not seen.
std::vector<Swept> sweep(const std::filesystem::path& directory, int patience_ms = 5000);

}  // namespace diwan
