// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/call_off.hpp"

#include <algorithm>
#include <csignal>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <poll.h>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/inbox.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "driver/launchers/slurm/script_job.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan::slurm {
namespace {

struct KnownArray {
  std::filesystem::path directory;
  JobFile file;
  std::vector<RunKey> rows;
};

/// @param unread  gets why an array could not be looked at
std::vector<KnownArray> live_arrays(const std::filesystem::path& experiment_directory,
                                    std::string& unread) {
  std::vector<KnownArray> arrays;
  for (const std::uint32_t number : known_arrays(experiment_directory)) {
    KnownArray array;
    array.directory = array_directory(experiment_directory, number);
    std::optional<JobFile> file;
    try {
      file = read_job_file(array.directory);
    } catch (const JobFileError& error) {
      unread = error.what();
    }
    if (!file || file->over || (!file->job && !file->offered)) {
      continue;
    }
    array.file = *file;
    try {
      array.rows = read_runs(launches_path(array.directory));
    } catch (const LaunchFileError&) {
      // Of a pilot, or damaged: its tasks are known by their claims.
    }
    arrays.push_back(std::move(array));
  }
  return arrays;
}

}  // namespace

void wait_for_answers(std::set<std::uint64_t> open, Scheduler& scheduler,
                      std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!open.empty() && std::chrono::steady_clock::now() < end) {
    pollfd entry{.fd = scheduler.descriptor(), .events = POLLIN, .revents = 0};
    poll(&entry, 1, 100);
    for (const Answer& answer : scheduler.answers()) {
      std::visit(
          [&](const auto& value) {
            if constexpr (requires { value.question; }) {
              open.erase(value.question);
            }
          },
          answer);
    }
  }
}

std::size_t call_off(const std::filesystem::path& experiment_directory,
                     std::span<const RunKey> runs, bool now, Scheduler& scheduler,
                     std::chrono::milliseconds patience) {
  std::string unread;
  const std::vector<KnownArray> arrays = live_arrays(experiment_directory, unread);
  std::set<std::uint64_t> open;
  std::size_t found = 0;
  for (const RunKey run : runs) {
    const std::optional<TaskIdentity> owner = read_claim(experiment_directory, run);
    for (const KnownArray& array : arrays) {
      const auto row = std::ranges::find(array.rows, run);
      const bool began = owner && owner->job == array.file.job;
      if (!began && (owner || row == array.rows.end())) {
        continue;
      }
      const std::uint32_t task =
          began ? owner->task : static_cast<std::uint32_t>(row - array.rows.begin());
      if (!array.file.job) {
        found += take_row(array.directory, task) ? 1 : 0;
        break;
      }
      InboxWriter{array.directory, task}.send(encode(CancelRun{run, now}));
      open.insert(began && !array.file.script ? scheduler.signal(*array.file.job, task, SIGUSR1)
                                              : scheduler.cancel(*array.file.job, {task}));
      ++found;
      break;
    }
  }
  for (const KnownArray& array : arrays) {
    for (std::uint32_t task = 0; array.file.pilots && task < array.file.tasks; ++task) {
      InboxWriter{array.directory, task}.send(encode(Shutdown{}));
    }
  }
  wait_for_answers(std::move(open), scheduler, patience);
  if (!unread.empty()) {
    throw std::runtime_error{unread + "; its tasks may run on: look for them with squeue --me"};
  }
  return found;
}

}  // namespace diwan::slurm
