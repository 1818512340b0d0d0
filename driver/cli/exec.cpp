// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <chrono>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

#include "driver/cli/commands.hpp"
#include "driver/cli/programs.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/array_task.hpp"
#include "driver/launchers/slurm/scheduler/tools.hpp"
#include "driver/launchers/slurm_step/errand.hpp"
#include "driver/launchers/slurm_step/rank.hpp"
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

slurm_step::RankOrder rank_of(const Call& call) {
  slurm_step::RankOrder order;
  order.folder = call.text("rank");
  order.kind = call.maybe("kind").value_or("Command");
  order.roles = slurm_step::roles_in(call.maybe("roles").value_or(""));
  if (const auto slots = call.whole("slots", 1, UINT32_MAX)) {
    order.slots = static_cast<std::uint32_t>(*slots);
  }
  if (const auto seconds = call.whole("time-limit", 1, INT32_MAX)) {
    order.time_limit = std::chrono::seconds(*seconds);
  }
  order.gpus = call.flag("gpus");
  order.mpi = call.flag("mpi");
  order.directory = call.maybe("directory").value_or("");
  order.program = this_program();
  order.command = call.list("command");
  if (order.command.empty()) {
    throw UsageError("exec: --rank: there is no command");
  }
  return order;
}

/// As ssh is used: HOST WORD…, of which the words are one line of sh.
ExitStatus errand(const Call& call, const std::string& folder) {
  const std::vector<std::string> words = call.list("command");
  if (words.size() < 2) {
    throw UsageError("exec: --errand: give a host and a command");
  }
  std::string line;
  for (std::size_t i = 1; i < words.size(); ++i) {
    line += (i == 1 ? "" : " ") + words[i];
  }
  return static_cast<ExitStatus>(slurm_step::run_errand({folder}, words.front(), line));
}

ExitStatus run(const Call& call) {
  if (const std::optional<std::string> array = call.maybe("array")) {
    try {
      return static_cast<ExitStatus>(
          slurm::array_task_main({.array = std::filesystem::absolute(*array).lexically_normal(),
                                  .pilot = call.flag("pilot"),
                                  .program = this_program(),
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
  if (call.has("rank")) {
    return static_cast<ExitStatus>(slurm_step::rank_main(rank_of(call)));
  }
  if (const std::optional<std::string> folder = call.maybe("errand")) {
    return errand(call, *folder);
  }
  if (const auto socket = call.whole("herald", 0, most)) {
    herald_main(static_cast<int>(*socket));
    return ExitStatus::done;
  }
  const auto descriptor = call.whole("supervisor", 0, most);
  if (!descriptor) {
    throw UsageError(
        "exec: --supervisor, --scheduler, --herald, --array, --rank or --errand is missing; "
        "launchers start it, not people");
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
      {.name = "pilot", .help = "with --array: take trial after trial"},
      {.name = "rank",
       .takes = Takes::a(Takes::Kind::folder, "DIR"),
       .help = "be a task of the step whose folder this is, and run the command"},
      {.name = "kind",
       .takes = Takes::text("KIND"),
       .help = "with --rank: of the trial's template"},
      {.name = "roles", .takes = Takes::text("ROLE=N,..."), .help = "with --rank: of its replicas"},
      {.name = "slots",
       .takes = Takes::text("N"),
       .help = "with --rank: the first task's command starts N processes on each node"},
      {.name = "time-limit",
       .takes = Takes::text("SECONDS"),
       .help = "with --rank: the trial's, from now on"},
      {.name = "gpus", .help = "with --rank: each task has GPUs of its own"},
      {.name = "mpi", .help = "with --rank: srun makes an MPI world of them"},
      {.name = "directory",
       .takes = Takes::a(Takes::Kind::folder, "DIR"),
       .help = "with --rank: the command's working directory"},
      {.name = "errand",
       .takes = Takes::a(Takes::Kind::folder, "DIR"),
       .help = "run a command on a node of the step whose folder this is: HOST COMMAND"}};
}

}  // namespace

Verb exec_verb() {
  return {.name = "exec",
          .summary = "internal: runs trials, or asks Slurm, for a launcher",
          .positionals =
              {{.name = "command", .required = false, .repeated = true, .after_dashes = true}},
          .options = options(),
          .run = run,
          .internal = true};
}

}  // namespace diwan
