// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/slurm_steps.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>

#include "driver/launchers/slurm_step/allocation.hpp"
#include "driver/launchers/slurm_step/layout.hpp"
#include "driver/shell/program_output.hpp"
#include "driver/shell/requirements.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;

slurm_step::Allocation allocation_of(const Variables& variables, const std::string& job) {
  std::string problem;
  try {
    const std::string answer =
        program_output({"scontrol", "-d", "-o", "show", "job", job}, {}, 10s);
    if (const auto allocation = slurm_step::allocation_in(answer, job)) {
      return *allocation;
    }
    problem = "scontrol tells no nodes of it";
  } catch (const std::exception& failure) {
    problem = failure.what();
  }
  if (const auto allocation = slurm_step::allocation_in(variables)) {
    return *allocation;
  }
  throw RunRefused("--launcher slurm-step: what job " + job + " has is not known (" + problem +
                   "); look at `scontrol -d show job " + job + "`");
}

slurm_step::Demand demand_of(const TrialTemplate& trial) {
  const Resources& resources = trial.resources;
  slurm_step::Demand demand;
  demand.field = trial.command_kind ? "spec.trialTemplate.trialSpec.spec.resources"
                                    : "spec.trialTemplate.trialSpec (" + trial.kind + ")";
  demand.nodes = resources.nodes_given ? std::optional(resources.nodes) : std::nullopt;
  demand.tasks = resources.tasks;
  demand.cpus_per_task =
      resources.cpus_given ? std::optional(resources.cpus_per_task) : std::nullopt;
  demand.gpus_per_task = resources.gpus_per_task;
  if (resources.memory_bytes) {
    constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
    demand.memory_mebibytes = (*resources.memory_bytes + mebibyte - 1) / mebibyte;
  }
  demand.memory_per_task = resources.memory_per_task;
  demand.one_starter = trial.kind == "MPIJob";
  return demand;
}

}  // namespace

slurm_step::StepPlan step_plan(const RunRequest& request, const Variables& variables,
                               const std::filesystem::path& program) {
  const auto job = variables.find("SLURM_JOB_ID");
  if (job == variables.end()) {
    throw RunRefused(
        "--launcher slurm-step: this is no Slurm job (SLURM_JOB_ID is not set); start it in a "
        "batch "
        "script (`diwan submit` writes one) or by salloc");
  }
  const TrialTemplate& trial = *request.spec.trial_template;
  const std::string file = request.spec.file.string() + ": ";
  if (request.spec.metrics_collector.collector.kind == CollectorKind::prometheus_metric) {
    throw RunRefused(
        file +
        "spec.metricsCollectorSpec: kind PrometheusMetric is read on the trial's own "
        "host, and a step may be on another; have the program append to DIWAN_METRICS, "
        "or print its metrics");
  }
  if (!trial.kubernetes_only.empty()) {
    throw RunRefused(file + "spec.trialTemplate: " + trial.kubernetes_only);
  }
  const std::uint32_t parallel =
      request.parallel.value_or(request.spec.parallel_given ? request.spec.budget.parallel : 0);
  try {
    const slurm_step::Allocation allocation = allocation_of(variables, job->second);
    return {.job = job->second,
            .restarts = allocation.restarts,
            .layout = slurm_step::lay_out(allocation, demand_of(trial), parallel),
            .kind = trial.kind,
            .roles = trial.roles,
            .program = program};
  } catch (const slurm_step::TooLarge& problem) {
    throw RunRefused(file + problem.what());
  }
}

bool wants_steps(const Spec& spec, const Variables& variables) {
  return spec.trial_template && has_several_tasks(*spec.trial_template) &&
         variables.contains("SLURM_JOB_ID");
}

}  // namespace diwan
