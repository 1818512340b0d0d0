// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include <unistd.h>

#include "driver/cli/commands.hpp"
#include "driver/cli/programs.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/submit/batch_script.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/launchers/slurm/scheduler/command.hpp"
#include "driver/launchers/slurm/scheduler/configuration.hpp"
#include "driver/launchers/supervisor/spawn.hpp"
#include "driver/shell/requirements.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// sbatch asks a controller that may be away for nine seconds and more.
constexpr std::chrono::milliseconds patience = 60s;

/// The script's path. @throws UsageError where another file has it.
fs::path free_path(const Spec& spec) {
  fs::path path = spec.name + ".sbatch";
  std::ifstream present(path);
  const std::string text{std::istreambuf_iterator<char>{present}, {}};
  if (fs::exists(path) && text.find(submit_mark) == std::string::npos) {
    throw UsageError("submit: " + path.string() +
                     " is there and was not written by this command; move it away");
  }
  return path;
}

std::string last_words(const slurm::Finished& done) {
  std::string text = done.error.empty() ? done.out : done.error;
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

slurm::Finished sbatch(const std::vector<std::string>& words) {
  Spawner spawner;
  slurm::Finished done =
      slurm::run_command(spawner, words, slurm::slurm_environment(environ), "", patience);
  if (done.status == 127) {
    throw UsageError("submit: there is no sbatch here; log in where Slurm is");
  }
  if (done.error.find("configuration source") != std::string::npos) {
    throw UsageError(
        "submit: sbatch finds no slurm.conf, so that Slurm is not configured on this host; log in "
        "where it is, or set SLURM_CONF to the path of the cluster's slurm.conf");
  }
  return done;
}

ExitStatus run(const Call& call) {
  const SubmitMode mode =
      call.choice("mode") == "array" ? SubmitMode::array : SubmitMode::allocation;
  SpecOptions spec_options;
  spec_options.set = settings_of(call);
  const Spec spec = read_experiment(call.text("experiment"), spec_options);
  std::string obstacle = submit_obstacle(spec, mode);
  for (const std::string& other : obstacles(spec, false, TrialTasks::several)) {
    obstacle += (obstacle.empty() ? "" : "; ") + other;
  }
  if (!obstacle.empty()) {
    throw UsageError("submit: " + spec.file.string() + ": " + obstacle);
  }
  const fs::path programs = main_program().parent_path();
  const std::string script = batch_script(spec, mode, spec.budget.at_a_time(), programs);

  const fs::path path = free_path(spec);
  std::vector<std::string> words = call.list("sbatch-args");
  words.insert(words.begin(), "sbatch");
  words.insert(words.end(), {path.string(), call.text("experiment")});
  for (const auto& [field, value] : spec_options.set) {
    words.insert(words.end(), {"--set", field + "=" + value});
  }
  if (const auto pilots = call.whole("pilots", 1, UINT32_MAX)) {
    if (mode != SubmitMode::array) {
      throw UsageError("submit: --pilots are jobs beside a coordinator; give --mode array with it");
    }
    words.insert(words.end(), {"--pilots", std::to_string(*pilots)});
  }
  if (call.flag("print")) {
    call.out << script << "\n# " << shell_quote(words) << '\n';
    return ExitStatus::done;
  }
  if (const std::string problem = slurm::configuration_problem(); !problem.empty()) {
    throw UsageError("submit: " + problem);
  }
  std::ofstream file(path, std::ios::trunc);
  file << script;
  file.close();
  if (!file) {
    throw UsageError("submit: " + path.string() + " cannot be written here");
  }
  std::vector<std::string> test = words;
  test.insert(test.begin() + 1, "--test-only");
  const slurm::Finished tested = sbatch(test);
  if (tested.status != 0) {
    throw UsageError("submit: Slurm would not take " + path.string() + ": " + last_words(tested));
  }
  call.err << last_words(tested) << '\n';
  words.insert(words.begin() + 1, "--parsable");
  const slurm::Finished submitted = sbatch(words);
  if (submitted.status != 0) {
    throw UsageError("submit: " + last_words(submitted));
  }
  const std::string job = submitted.out.substr(0, submitted.out.find_first_of(";\n"));
  call.out << job << '\n';
  call.err << "job " << job << ", by " << path.string() << "; `squeue -j " << job
           << "` shows where it stands, `diwan status " << call.text("experiment")
           << "` how far it is\n";
  return ExitStatus::done;
}

}  // namespace

Verb submit_verb() {
  return {
      .name = "submit",
      .summary = "write a Slurm batch script for an experiment, and submit it",
      .details =
          "Writes NAME.sbatch from the resources and slurm blocks of the file, has Slurm look at "
          "it (`sbatch --test-only`), submits it, and prints the job's number. What follows `--` "
          "goes to sbatch.",
      .positionals =
          {{.name = "experiment", .takes = Takes::a(Takes::Kind::experiment, "EXPERIMENT")},
           {.name = "sbatch-args", .required = false, .repeated = true, .after_dashes = true}},
      .options = {{.name = "mode",
                   .takes = Takes::one_of({"allocation", "array"}, "MODE"),
                   .standard = "allocation",
                   .help = "one job in which mpirun runs the trials (those of several tasks are "
                           "steps of it), or a small job that makes each trial a job of its own"},
                  {.name = "pilots",
                   .takes = Takes::text("N"),
                   .help = "with --mode array: N jobs that stay and take trial after trial, "
                           "instead of a job each"},
                  {.name = "print", .help = "show the script and the command, and do nothing"},
                  set_option("change a field below spec, here and in the job")},
      .examples = {{"diwan submit search.yaml -- --time=4:00:00", "a job of four hours"},
                   {"diwan submit search.yaml --mode array --pilots 32",
                    "a coordinator, and 32 jobs that take trial after trial"}},
      .run = run};
}

}  // namespace diwan
