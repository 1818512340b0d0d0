// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/run_options.hpp"

#include <charconv>
#include <ostream>
#include <string_view>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/mpi_program.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/mpi_environment.hpp"
#include "driver/shell/requeue.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

ProgressMode progress_of(const Call& call) {
  const std::string& mode = call.choice("progress", {"auto", "bar", "plain", "none"});
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
  const std::string& keep = call.choice("keep", {"all", "failed", "best:K", "none"});
  return keep == "failed" ? RunSettings::Keep::failed
         : keep == "none" ? RunSettings::Keep::none
                          : RunSettings::Keep::all;
}

std::optional<std::uint32_t> count(const Call& call, const char* option, std::uint64_t least) {
  const auto value = call.whole(option, least, UINT32_MAX);
  return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

}  // namespace

po::options_description run_options() {
  po::options_description options;
  auto add = options.add_options();
  add("launcher", po::value<std::string>()->value_name("NAME")->default_value("auto"),
      "where trials run: auto, local, mpi, slurm (auto: mpi under mpirun, else local; slurm: job "
      "arrays)");
  add("seed", po::value<std::string>()->value_name("N"),
      "seed of all random draws (default: the file's, else drawn once)");
  add("max-trials", po::value<std::string>()->value_name("N"),
      "budget of trials, instead of maxTrialCount");
  add("parallel", po::value<std::string>()->value_name("N"),
      "trials at a time, instead of parallelTrialCount");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "PATH=VALUE: change a field below spec before it is checked; may be given again");
  add("progress", po::value<std::string>()->value_name("MODE")->default_value("auto"),
      "auto, bar, plain or none");
  add("grace", po::value<std::string>()->value_name("SECONDS")->default_value("30"),
      "seconds that a trial has to save its work after TERM");
  add("keep", po::value<std::string>()->value_name("WHAT")->default_value("all"),
      "logs to keep: all, failed, best:K (of the K best trials) or none; of checkpoints those of "
      "the best trial (of K) and of trials that are not over");
  add("container", po::value<std::string>()->value_name("WHAT")->default_value("none"),
      "apptainer: run Katib's image by Apptainer; none");
  add("trials-per-rank", po::value<std::string>()->value_name("N")->default_value("1"),
      "trials at a time on each worker");
  add("pilots", po::value<std::string>()->value_name("N"),
      "with --launcher slurm: N jobs that stay and take trial after trial (default: a job each)");
  add("reserve", po::value<std::string>()->value_name("N"),
      "suggestions kept ready (default: none up to 16 slots, then 2 % of them)");
  add("requeue", po::bool_switch(),
      "put the Slurm job back into the queue when the run was interrupted (exit status 75)");
  add("keep-going", po::bool_switch(), "do not stop when the first three trials give no metric");
  add("take-over", po::bool_switch(),
      "take the directory although its owner may be alive elsewhere");
  add("accept-changes", po::bool_switch(),
      "go on with a file that differs in more than its budget");
  return options;
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
  request.container = call.choice("container", {"apptainer", "none"}) == "apptainer";
  request.keep_going = call.flag("keep-going");
  request.take_over = call.flag("take-over");
  request.accept_changes = call.flag("accept-changes");
  return request;
}

ExitStatus start_run(const Call& call, RunRequest request) {
  if (call.flag("requeue") && !present_variables().contains("SLURM_JOB_ID")) {
    throw UsageError(
        std::string(call.verb.name) +
        ": --requeue: this is no Slurm job (SLURM_JOB_ID is not set); leave it out, or "
        "start it by sbatch");
  }
  const std::string launcher = choose_launcher(call);
  if (request.pilots > 0 && launcher != "slurm") {
    throw UsageError(std::string(call.verb.name) +
                     ": --pilots are jobs of Slurm; give --launcher slurm with it");
  }
  if (launcher == "mpi") {
    request.mpirun_grace = mpirun_grace(present_variables());
    request.mpirun_leaving = mpirun_leaving(present_variables());
  }
  // What other launchers start does not end with the job that this process runs in.
  request.job_end = launcher == "local" ? job_end(present_variables())
                    : launcher == "mpi" ? told_job_end(present_variables())
                                        : JobEnd{};
  const int status = run_experiment(request, call.launchers.at(launcher));
  if (call.flag("requeue") && status == static_cast<int>(ExitStatus::requeue)) {
    if (call.leave_mpi) {
      call.leave_mpi(status);
    }
    call.err << "diwan: " << requeue_job(present_variables()) << '\n';
  }
  return static_cast<ExitStatus>(status);
}

}  // namespace diwan
