// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/launching.hpp"

#include <utility>
#include <variant>

#include "driver/shell/naming.hpp"
#include "driver/spec/given.hpp"

namespace diwan {

RunSettings run_settings(const Spec& spec, const std::filesystem::path& directory,
                         std::chrono::milliseconds grace, bool container, RunSettings::Keep keep) {
  const TrialTemplate& trial_template = *spec.trial_template;
  RunSettings settings;
  settings.experiment = spec.name;
  settings.directory = directory;
  settings.collector = spec.metrics_collector.collector;
  if (settings.collector.kind == CollectorKind::file ||
      settings.collector.kind == CollectorKind::tensor_flow_event) {
    settings.metrics_file = moved_metrics_path(spec.metrics_collector.path);
  }
  if (settings.collector.kind == CollectorKind::custom && !spec.metrics_collector.path.empty()) {
    const bool is_directory = spec.metrics_collector.directory;
    (is_directory ? settings.fed_directory : settings.fed_file) =
        moved_metrics_path(spec.metrics_collector.path);
  }
  settings.scrape = {.port = spec.metrics_collector.http_port,
                     .path = spec.metrics_collector.http_path,
                     .headers = spec.metrics_collector.http_headers};
  settings.setup = trial_template.setup;
  settings.apptainer_image = trial_template.apptainer_image;
  if (container && settings.apptainer_image.empty()) {
    settings.apptainer_image = "docker://" + trial_template.image;
  }
  if (container && spec.metrics_collector.program &&
      !spec.metrics_collector.program->image.empty()) {
    settings.collector_image = "docker://" + spec.metrics_collector.program->image;
  }
  settings.time_limit = trial_template.resources.time_limit;
  settings.grace = grace;
  settings.cpus = trial_template.resources.cpus_given ? trial_template.resources.cpus_per_task : 0;
  settings.gpus = trial_template.resources.gpus_per_task;
  settings.keep = keep;
  return settings;
}

Launch launch_of(const Spec& spec, const Trial& trial, const std::string& parent,
                 std::uint64_t seed, const std::filesystem::path& directory) {
  const RunFacts facts{
      .trial_name = trial.name,
      .experiment_namespace = spec.name_space,
      .trial_directory = attempt_directory(directory, trial.name, trial.attempts).string(),
      .checkpoint_directory = checkpoint_directory(directory, trial.name).string(),
      .port = 0};
  const Given given(spec, trial.assignment);
  TrialCommand command = render(*spec.trial_template, given.space(), given.assignment(), facts);
  Launch launch;
  launch.run = trial.run();
  launch.trial_name = trial.name;
  launch.argv = std::move(command.argv);
  launch.env = std::move(command.env);
  launch.working_directory = std::move(command.working_directory);
  if (spec.metrics_collector.program) {
    TrialCommand collector =
        render(*spec.metrics_collector.program, given.space(), given.assignment(), facts);
    launch.collector = {.argv = std::move(collector.argv),
                        .env = std::move(collector.env),
                        .working_directory = std::move(collector.working_directory)};
  }
  launch.seed = trial_seed(seed, trial.number);
  if (spec.resume_from_checkpoint && !parent.empty()) {
    launch.continues = checkpoint_directory(directory, parent);
  }
  given.each([&launch](const Parameter& parameter, std::string text) {
    launch.parameters.push_back({.name = parameter.name,
                                 .text = std::move(text),
                                 .number = !std::holds_alternative<Categorical>(parameter.domain)});
  });
  return launch;
}

}  // namespace diwan
