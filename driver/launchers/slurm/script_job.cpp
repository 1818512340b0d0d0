// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/script_job.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "driver/core/shell_quote.hpp"

namespace diwan::slurm {

namespace fs = std::filesystem;

std::vector<std::string> watch_variables(const fs::path& array_directory) {
  return {"_SLURM_SPANK_OPTION_diwan_diwan_experiment=watch:" + array_directory.native()};
}

JobRequest script_job(JobRequest request, const fs::path& script, const fs::path& array_directory) {
  std::ifstream stream{script, std::ios::binary};
  request.script.assign(std::istreambuf_iterator<char>{stream}, {});
  if (!stream || request.script.empty()) {
    throw LaunchRefused{"the batch script " + script.native() +
                        " cannot be read; correct "
                        "spec.trialTemplate.trialSpec.spec.slurm.script"};
  }
  request.extra.emplace_back("--no-requeue");
  request.extra.push_back("--diwan-experiment=" + array_directory.native());
  return request;
}

std::string script_command(const fs::path& script, const fs::path& array_directory,
                           std::uint32_t tasks) {
  return "sbatch --array=0-" + std::to_string(tasks - 1) +
         " --output=" + shell_quote((array_directory / "output.%a").native()) +
         " --diwan-experiment=" + shell_quote(array_directory.native()) + " " +
         shell_quote(script.native());
}

void continue_checkpoints(const RunSettings& settings, std::span<const Launch> launches) {
  for (const Launch& launch : launches) {
    const fs::path own = checkpoint_directory(settings.directory, launch.trial_name);
    if (launch.continues.empty() || !fs::exists(launch.continues) || fs::exists(own)) {
      continue;
    }
    const fs::path copy = own.native() + ".copy";
    fs::remove_all(copy);
    fs::create_directories(own.parent_path());
    fs::permissions(own.parent_path(), fs::perms::owner_all);
    fs::copy(launch.continues, copy, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    fs::rename(copy, own);
  }
}

void check_script_settings(const RunSettings& settings) {
  if (settings.collector.kind == CollectorKind::prometheus_metric ||
      settings.collector.kind == CollectorKind::custom) {
    throw LaunchRefused{
        "slurm.script: a PrometheusMetric or Custom collector needs diwan beside the trial; let "
        "the "
        "script append to $DIWAN_METRICS, or give command instead of slurm.script"};
  }
}

namespace {
fs::path row_path(const fs::path& array_directory, std::uint32_t task) {
  return array_directory / ("taken." + std::to_string(task));
}
}  // namespace

bool is_called_off(const fs::path& array_directory, std::uint32_t task) {
  std::error_code none;
  return fs::file_size(row_path(array_directory, task), none) == 0 && !none;
}

bool take_row(const fs::path& array_directory, std::uint32_t task) {
  const fs::path path = row_path(array_directory, task);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno != EEXIST) {
    throw std::system_error{errno, std::generic_category(), "cannot make " + path.native()};
  }
  if (file >= 0) {
    close(file);
  }
  return file >= 0;
}

}  // namespace diwan::slurm
