// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/slurm_jobs.hpp"

#include <algorithm>
#include <chrono>

#include "driver/cli/programs.hpp"
#include "driver/launchers/slurm/slurm_launcher.hpp"

namespace diwan {
namespace {

/// Beyond the trial's own limit and the grace time: to start, and to write down how it ended.
constexpr std::chrono::minutes spare_time{2};

std::uint32_t rounded_up(std::uint32_t count, std::uint32_t parts) {
  return (count + parts - 1) / parts;
}

bool takes_script(const LauncherRequest& request) {
  return !request.slurm.script.empty() && request.pilots == 0;  // pilots run it as a command
}

slurm::JobRequest job_of(const LauncherRequest& request) {
  const Resources& resources = request.resources;
  slurm::JobRequest job;
  job.partition = request.slurm.partition;
  job.account = request.slurm.account;
  job.qos = request.slurm.qos;
  job.constraint = request.slurm.constraint;
  job.extra = request.slurm.extra;
  // A batch script says itself what the file does not.
  const auto wanted = [&](std::uint32_t count) {
    return takes_script(request) && count == 1 ? 0 : count;
  };
  job.nodes = wanted(resources.nodes);
  job.ranks = wanted(resources.tasks);
  job.cpus_per_rank = wanted(resources.cpus_per_task);
  job.gpus_per_node =
      resources.gpus_per_task * rounded_up(resources.tasks, std::max(resources.nodes, 1U));
  if (resources.memory_bytes) {
    constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
    job.memory_mebibytes = (*resources.memory_bytes + mebibyte - 1) / mebibyte;
  }
  if (resources.time_limit && request.pilots == 0) {
    job.time_limit = std::chrono::ceil<std::chrono::minutes>(*resources.time_limit +
                                                             request.settings.grace + spare_time);
  }
  return job;
}

}  // namespace

std::unique_ptr<Launcher> make_slurm_launcher(const LauncherRequest& request) {
  return slurm::make_slurm_launcher(request.settings, slurm::make_scheduler(main_program()),
                                    exec_program(),
                                    {.job = job_of(request),
                                     .pilots = request.pilots,
                                     .script = takes_script(request) ? request.slurm.script : "",
                                     .offer = takes_script(request) && !request.slurm.submit});
}

}  // namespace diwan
