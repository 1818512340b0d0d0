// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/requirements.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <unistd.h>

#include "driver/core/counted.hpp"
#include "driver/launchers/supervisor/command_line.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

bool executable(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

/// As much of it as searching for programs needs.
std::vector<std::string> own_environment() {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
  return path != nullptr ? std::vector{std::string("PATH=") + path} : std::vector<std::string>{};
}

bool on_path(const std::string& program) {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
  std::istringstream folders(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (executable(fs::path(folder.empty() ? "." : folder) / program)) {
      return true;
    }
  }
  return false;
}

/// `field` is where the command stands in the file.
void check_program(const std::string& field, const TrialTemplate& trial_template,
                   std::vector<std::string>& found) {
  if (trial_template.command.empty()) {
    found.push_back(field + ": it has no command to run here; give one");
    return;
  }
  const std::string& program = trial_template.command.front();
  // With setup lines or in a container the program may exist only there.
  if (program.find("${") != std::string::npos || !trial_template.setup.empty() ||
      !trial_template.apptainer_image.empty()) {
    return;
  }
  const std::string where = field + ": the command \"" + program + "\" ";
  if (program.find('/') == std::string::npos) {
    if (!on_path(program)) {
      found.push_back(where + "is not on PATH; install it, or give its path");
    }
    return;
  }
  const fs::path path = fs::path(trial_template.working_directory) / program;
  std::error_code error;
  if (!fs::exists(path, error)) {
    found.push_back(where + "does not exist (" + path.lexically_normal().string() +
                    "); build it or mend the path");
  } else if (fs::is_directory(path, error)) {
    found.push_back(where + "is a directory (" + path.lexically_normal().string() +
                    "); give the program in it");
  } else if (!executable(path)) {
    found.push_back(where + "is not executable (" + path.lexically_normal().string() +
                    "); chmod +x it");
  }
}

/// The runtime is looked for on our PATH: setup or env may bring another.
void check_container(const TrialTemplate& trial_template, std::vector<std::string>& found) {
  const std::string& image = trial_template.apptainer_image;
  if (image.empty() || image.find("${") != std::string::npos) {
    return;
  }
  const std::string where = "spec.trialTemplate: the container image " + image + " ";
  std::error_code error;
  if (image.find("://") == std::string::npos && !fs::exists(image, error)) {
    found.push_back(where + "does not exist; build it or mend the path");
  }
  const bool own_path = std::any_of(trial_template.env.begin(), trial_template.env.end(),
                                    [](const auto& variable) { return variable.first == "PATH"; });
  if (trial_template.setup.empty() && !own_path &&
      !container_runtime(own_environment(), trial_template.working_directory)) {
    found.push_back(where +
                    "needs apptainer or singularity, and neither is on PATH; install one, or load "
                    "its module in setup");
  }
}

void check_template(const TrialTemplate& trial_template, bool container, TrialTasks tasks,
                    std::vector<std::string>& found) {
  if (!trial_template.kubernetes_only.empty()) {
    found.push_back("spec.trialTemplate: " + trial_template.kubernetes_only);
    return;
  }
  if (tasks == TrialTasks::one && has_several_tasks(trial_template)) {
    found.push_back("spec.trialTemplate: a trial has " +
                    counted(trial_template.resources.tasks, "task") + " on " +
                    counted(trial_template.resources.nodes, "node") +
                    ", which --launcher slurm-step runs in a Slurm job, without mpirun before "
                    "diwan; others run one task, which may start its own (mpirun, torchrun)");
  }
  if (container && trial_template.apptainer_image.empty() && trial_template.image.empty()) {
    found.emplace_back(
        "--container apptainer: the template names no image; give container.apptainer");
  }
  const std::string& directory = trial_template.working_directory;
  if (directory.find("${") != std::string::npos) {
    return;  // only a trial's values say which it is
  }
  if (!directory.empty()) {
    std::error_code error;
    if (!fs::is_directory(directory, error)) {
      found.push_back("spec.trialTemplate: the working directory does not exist (" + directory +
                      "); make it or mend workingDirectory");
      return;
    }
  }
  check_container(trial_template, found);
  check_program("spec.trialTemplate", trial_template, found);
}

void check_collector(const TrialTemplate& program, bool container,
                     std::vector<std::string>& found) {
  const std::string field = "spec.metricsCollectorSpec.collector.customCollector";
  if (!program.kubernetes_only.empty()) {
    found.push_back(field + ": " + program.kubernetes_only + "; give the command to run here");
  } else if (!container || program.image.empty()) {
    check_program(field, program, found);
  }
}

void check_algorithm(const Spec& spec, std::vector<std::string>& found) {
  const AlgorithmInfo* info = find_algorithm(spec.algorithm.name);
  if (info == nullptr || !info->runnable) {
    found.push_back("spec.algorithm: this version of Diwan cannot run " + spec.algorithm.name +
                    " yet; `diwan algorithms` lists those it can");
  }
  if (spec.early_stopping) {
    const AlgorithmInfo* rule = find_algorithm(spec.early_stopping->name);
    if (rule == nullptr || !rule->runnable) {
      found.push_back("spec.earlyStopping: this version of Diwan cannot run " +
                      spec.early_stopping->name + " yet; leave earlyStopping out");
    }
  }
}

}  // namespace

std::vector<std::string> search_obstacles(const Spec& spec) {
  std::vector<std::string> found;
  check_algorithm(spec, found);
  return found;
}

bool has_several_tasks(const TrialTemplate& trial_template) {
  return trial_template.resources.nodes > 1 || trial_template.resources.tasks > 1;
}

std::vector<std::string> obstacles(const Spec& spec, bool container, TrialTasks tasks) {
  std::vector<std::string> found = search_obstacles(spec);
  if (spec.metrics_collector.program) {
    check_collector(*spec.metrics_collector.program, container, found);
  }
  if (spec.trial_template) {
    check_template(*spec.trial_template, container, tasks, found);
  }
  return found;
}

std::optional<std::string> port_obstacle(const Spec& spec, std::uint32_t at_a_time) {
  const CollectorSource& source = spec.metrics_collector;
  if (source.collector.kind != CollectorKind::prometheus_metric || !source.http_port ||
      at_a_time <= 1) {
    return std::nullopt;
  }
  return "spec.metricsCollectorSpec.source.httpGet.port: is one port for all (" +
         std::to_string(*source.http_port) + "), and " + std::to_string(at_a_time) +
         " trials would run at a time; give ${trialSpec.Port} there and have the program listen "
         "there or on DIWAN_PORT, or run with --parallel 1";
}

}  // namespace diwan
