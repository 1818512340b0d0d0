// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <chrono>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

#include "driver/cli/commands.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/array_task.hpp"
#include "driver/launchers/slurm/scheduler/tools.hpp"
#include "driver/launchers/supervisor/supervisor.hpp"
#include "driver/shell/announce/herald.hpp"
#include "driver/shell/walltime.hpp"

namespace diwan {
namespace {

/// When the job of a task ends: as its environment says it, else by the limit that its launcher
/// asked for. A pilot, of which there are few, asks Slurm.
std::optional<Time> end_of_task(const Call& call) {
  const Variables variables = present_variables();
  if (const JobEnd told = told_job_end(variables); told.at) {
    return told.at;
  }
  if (const auto minutes = call.whole("minutes", 1, 10000000)) {
    return wall_clock() + std::chrono::minutes(*minutes);
  }
  return call.flag("pilot") ? job_end(variables).at : std::nullopt;
}

ExitStatus run(const Call& call) {
  if (const std::optional<std::string> array = call.maybe("array")) {
    try {
      return static_cast<ExitStatus>(
          slurm::array_task_main({.array = std::filesystem::absolute(*array).lexically_normal(),
                                  .pilot = call.flag("pilot"),
                                  .program = std::filesystem::read_symlink("/proc/self/exe"),
                                  .job_end = end_of_task(call)}));
    } catch (const slurm::ArrayTaskError& error) {
      throw UsageError(std::string("exec: ") + error.what());
    }
  }
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (const auto descriptor = call.whole("scheduler", 0, most)) {
    slurm::tools_main(static_cast<int>(*descriptor));
    return ExitStatus::done;
  }
  if (const auto socket = call.whole("herald", 0, most)) {
    herald_main(static_cast<int>(*socket));
    return ExitStatus::done;
  }
  const auto descriptor = call.whole("supervisor", 0, most);
  if (!descriptor) {
    throw UsageError(
        "exec: --supervisor, --scheduler, --herald or --array is missing; launchers start it, not "
        "people");
  }
  return static_cast<ExitStatus>(supervisor_main(static_cast<int>(*descriptor)));
}

std::vector<Option> options() {
  return {
      {.name = "supervisor",
       .takes = Takes::text("FD"),
       .help = "serve the launcher at the other end of this socket"},
      {.name = "scheduler",
       .takes = Takes::text("FD"),
       .help = "ask Slurm for the launcher at the other end of this socket"},
      {.name = "herald",
       .takes = Takes::text("FD"),
       .help = "run the commands of --on-best and --on-end for the run at the other end"},
      {.name = "array",
       .takes = Takes::a(Takes::Kind::folder, "DIR"),
       .help = "be a task of the Slurm job array whose folder this is"},
      {.name = "minutes", .takes = Takes::text("N"), .help = "with --array: the job's time limit"},
      {.name = "pilot", .help = "with --array: take trial after trial"}};
}

}  // namespace

Verb exec_verb() {
  return {.name = "exec",
          .summary = "internal: runs trials, or asks Slurm, for a launcher",
          .options = options(),
          .run = run,
          .internal = true};
}

}  // namespace diwan
