// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/run_options.hpp"

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string_view>

#include "driver/cli/mpi_program.hpp"
#include "driver/cli/programs.hpp"
#include "driver/cli/slurm_steps.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/mpi_environment.hpp"
#include "driver/launchers/slurm/scheduler/configuration.hpp"
#include "driver/launchers/slurm_step/slurm_step_launcher.hpp"
#include "driver/shell/announce/announcer.hpp"
#include "driver/shell/requeue.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

ProgressMode progress_of(const Call& call) {
  const std::string& mode = call.choice("progress");
  return mode == "bar"     ? ProgressMode::bar
         : mode == "plain" ? ProgressMode::plain
         : mode == "none"  ? ProgressMode::none
                           : ProgressMode::automatic;
}

/// How many trials `--keep best:K` keeps; nothing where it says something else.
std::optional<std::uint32_t> best_kept(const Call& call) {
  constexpr std::string_view prefix = "best:";
  const std::string_view keep = call.text("keep");
  if (!keep.starts_with(prefix)) {
    return std::nullopt;
  }
  const std::string_view number = keep.substr(prefix.size());
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
  if (error != std::errc{} || end != number.data() + number.size() || count == 0) {
    throw UsageError(std::string(call.verb.name) + ": --keep (" + std::string(keep) +
                     ") names no number of trials; give best:K with K of at least 1");
  }
  return count;
}

RunSettings::Keep logs_kept(const Call& call) {
  const std::string& keep = call.choice("keep");
  return keep == "failed" ? RunSettings::Keep::failed
         : keep == "none" ? RunSettings::Keep::none
                          : RunSettings::Keep::all;
}

std::optional<std::uint32_t> count(const Call& call, const char* option, std::uint64_t least) {
  const auto value = call.whole(option, least, UINT32_MAX);
  return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

std::vector<std::string> announcement_of(const Call& call, const char* option) {
  const auto command = call.maybe(option);
  try {
    return command ? announcement(*command) : std::vector<std::string>();
  } catch (const std::invalid_argument& problem) {
    throw UsageError(std::string(call.verb.name) + ": --" + option + " (" + *command +
                     "): " + problem.what());
  }
}

Announcements announcements_of(const Call& call) {
  return {.on_best = announcement_of(call, "on-best"),
          .on_end = announcement_of(call, "on-end"),
          .herald = nullptr};
}

/// The socket of the process that runs them; under MPI it was started before.
int herald_socket(const Call& call) {
  if (const auto socket = inherited_herald()) {
    ::unsetenv(herald_variable);  // NOLINT(concurrency-mt-unsafe)
    return *socket;
  }
  if (call.leave_mpi) {
    throw UsageError(std::string(call.verb.name) +
                     ": --on-best and --on-end need a process that is started before MPI; start "
                     "bin/diwan under mpirun, which goes on as diwan-mpi");
  }
  return start_herald(exec_program());
}

/// Waits until all is announced; the other ranks do not wait for that. Who was asked to go has not
/// the time; the commands then run on by themselves.
void wait_for(Herald& herald, const Call& call, int status) {
  using namespace std::chrono_literals;
  if (call.leave_mpi) {
    call.leave_mpi(status);
  }
  const bool hurried = status == static_cast<int>(ExitStatus::requeue);
  herald.wait(hurried ? 1000ms : longest_announcement + 2000ms);
  for (const std::string& failure : herald.failures()) {
    call.err << "diwan: " << failure << '\n';
  }
}

/// For trials that are steps of the Slurm job around us. @throws RunRefused where they cannot be.
LauncherFactory make_steps(const RunRequest& request) {
  const slurm_step::StepPlan plan = step_plan(request, present_variables(), exec_program());
  return [plan](const LauncherRequest& launcher) {
    return slurm_step::make_step_launcher(launcher.settings, plan);
  };
}

}  // namespace

std::vector<Option> run_options() {
  return {
      {.name = "launcher",
       .takes =
           Takes::one_of({"auto", "local", "mpi", "slurm", "slurm-step", "kubernetes"}, "NAME"),
       .standard = "auto",
       .help =
           "where trials run (auto: mpi under mpirun, else local, and in a Slurm job slurm-step "
           "for trials of several tasks or nodes; slurm: job arrays; slurm-step: steps of the "
           "job around us; the last is not in this version)"},
      {.name = "seed",
       .takes = Takes::text("N"),
       .help = "seed of all random draws (default: the file's, else drawn once)"},
      {.name = "max-trials",
       .takes = Takes::text("N"),
       .help = "budget of trials, instead of maxTrialCount"},
      {.name = "parallel",
       .takes = Takes::text("N"),
       .help = "trials at a time, instead of parallelTrialCount"},
      set_option("change a field below spec before it is checked"),
      {.name = "progress",
       .takes = Takes::one_of({"auto", "bar", "plain", "none"}, "MODE"),
       .standard = "auto"},
      {.name = "grace",
       .takes = Takes::text("SECONDS"),
       .standard = "30",
       .help = "seconds that a trial has to save its work after TERM"},
      {.name = "keep",
       .takes = Takes::one_of({"all", "failed", "best:K", "none"}, "WHAT"),
       .standard = "all",
       .help =
           "whose logs to keep (best:K: of the K best trials); of checkpoints those of the best "
           "trial (of K) and of trials that are not over"},
      {.name = "container",
       .takes = Takes::one_of({"none", "apptainer"}, "WHAT"),
       .standard = "none",
       .help = "apptainer runs Katib's image"},
      {.name = "trials-per-rank",
       .takes = Takes::text("N"),
       .standard = "1",
       .help = "trials at a time on each worker"},
      {.name = "pilots",
       .takes = Takes::text("N"),
       .help = "with --launcher slurm: N jobs that stay and take trial after trial (default: a job "
               "each)"},
      {.name = "reserve",
       .takes = Takes::text("N"),
       .help = "suggestions kept ready (default: none up to 16 slots, then 2 % of them)"},
      {.name = "requeue",
       .help = "put the Slurm job back into the queue when the run was interrupted (exit status "
               "75)"},
      {.name = "on-best",
       .takes = Takes::text("CMD"),
       .help = "run this command, without a shell, when a trial is better than all before it; "
               "DIWAN_* variables tell which"},
      {.name = "on-end",
       .takes = Takes::text("CMD"),
       .help = "the same when the run has ended, however it did"},
      {.name = "keep-going", .help = "do not stop when the first three trials give no metric"},
      {.name = "take-over", .help = "take the directory although its owner may be alive elsewhere"},
      {.name = "accept-changes", .help = "go on with a file that differs in more than its budget"}};
}

std::vector<ExitMeaning> run_exits() {
  return {
      {ExitStatus::no_usable_trial,
       "ended without a usable trial (the first three all without metric included)"},
      {ExitStatus::too_many_failures, "too many failed trials"},
      {ExitStatus::stopped,
       "stopped by `diwan stop` or Ctrl-C, or the time limit of job after job without any trial "
       "ending: resumable, do not requeue"},
      {ExitStatus::cannot_write, "the state cannot be written; resumable once that is mended"},
      {ExitStatus::requeue, "stopped by a signal or the time limit: resumable, requeue"}};
}

std::vector<Example> run_environment() {
  return {
      {"CUDA_VISIBLE_DEVICES",
       "the GPUs that are divided among trials; ROCR_VISIBLE_DEVICES, HIP_VISIBLE_DEVICES, "
       "GPU_DEVICE_ORDINAL and ZE_AFFINITY_MASK likewise"},
      {"SLURM_JOB_END_TIME", "when the job ends, and by then the run; else Slurm is asked"},
      {"DIWAN_TRIAL, DIWAN_ATTEMPT, DIWAN_TRIAL_DIR, DIWAN_CHECKPOINT_DIR",
       "set for a trial: its name, its attempt from 1, its directory, and one that is kept over "
       "attempts"},
      {"DIWAN_PARAM_NAME, DIWAN_PARAMETERS",
       "set for a trial: each parameter, and a JSON file of all"},
      {"DIWAN_METRICS", "set for a trial: a file to which it may append JSON lines of metrics"},
      {"DIWAN_SEED, DIWAN_DEADLINE, DIWAN_PORT, DIWAN_GPUS",
       "set for a trial: a seed, when it will be asked to end (unix seconds), a free port, its "
       "GPUs"},
      {"RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT, DIWAN_HOSTFILE",
       "set for each task of a trial of several (slurm-step): which it is, where the first one is, "
       "and a file of the trial's nodes"}};
}

RunRequest run_request(const Call& call, Spec spec, const fs::path& directory) {
  RunRequest request;
  request.spec = std::move(spec);
  request.directory = directory;
  request.seed = call.whole("seed", 0, INT64_MAX);
  request.max_trials = count(call, "max-trials", 1);
  request.parallel = count(call, "parallel", 1);
  request.reserve = count(call, "reserve", 0);
  request.grace = std::chrono::seconds(*call.whole("grace", 0, 86400));
  if (const auto best = best_kept(call)) {
    request.kept = {.best = *best, .logs_of_best = true};
  } else {
    request.keep = logs_kept(call);
  }
  request.trials_per_rank = count(call, "trials-per-rank", 1).value_or(1);
  request.pilots = count(call, "pilots", 1).value_or(0);
  request.progress = progress_of(call);
  request.container = call.choice("container") == "apptainer";
  request.keep_going = call.flag("keep-going");
  request.take_over = call.flag("take-over");
  request.accept_changes = call.flag("accept-changes");
  request.announcements = announcements_of(call);
  return request;
}

void begin_run(const Call& call) { enter_mpi_program(call, announcements_of(call).wanted()); }

ExitStatus start_run(const Call& call, RunRequest request) {
  if (call.flag("requeue") && !present_variables().contains("SLURM_JOB_ID")) {
    throw UsageError(
        std::string(call.verb.name) +
        ": --requeue: this is no Slurm job (SLURM_JOB_ID is not set); leave it out, or "
        "start it by sbatch");
  }
  const Variables variables = present_variables();
  const std::string launcher = choose_launcher(call, request.spec);
  if (request.pilots > 0 && launcher != "slurm") {
    throw UsageError(std::string(call.verb.name) +
                     ": --pilots are jobs of Slurm; give --launcher slurm with it");
  }
  if (launcher == "slurm") {
    if (const std::string problem = slurm::configuration_problem(); !problem.empty()) {
      throw UsageError(std::string(call.verb.name) + ": --launcher slurm: " + problem);
    }
  }
  const bool steps = launcher == "slurm-step";
  if (launcher == "mpi" || steps) {
    request.mpirun_grace = mpirun_grace(variables);
    request.mpirun_leaving = mpirun_leaving(variables);
  }
  // What other launchers start does not end with the job that this process runs in.
  request.job_end = launcher == "local" || steps ? job_end(variables)
                    : launcher == "mpi"          ? told_job_end(variables)
                                                 : JobEnd{};
  request.tasks = steps ? TrialTasks::several : TrialTasks::one;
  const LauncherFactory make = steps ? make_steps(request) : call.launchers.at(launcher);
  std::optional<Herald> herald;
  if (request.announcements.wanted()) {
    herald.emplace(herald_socket(call));
    request.announcements.herald = &*herald;
  }
  const int status = run_experiment(request, make);
  if (herald) {
    wait_for(*herald, call, status);
  }
  if (call.flag("requeue") && status == static_cast<int>(ExitStatus::requeue)) {
    if (call.leave_mpi) {
      call.leave_mpi(status);
    }
    call.err << "diwan: " << requeue_job(present_variables()) << '\n';
  }
  return static_cast<ExitStatus>(status);
}

}  // namespace diwan
