// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/recover.hpp"

#include <utility>

#include <sys/stat.h>

#include "driver/launchers/supervisor/collection.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/event_directory.hpp"
#include "driver/launchers/supervisor/exit_record.hpp"
#include "driver/launchers/supervisor/tailed_file.hpp"

namespace diwan {

namespace {

Time last_written(const std::filesystem::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return Time{};
  }
  return Time{std::chrono::seconds{status.st_mtim.tv_sec} +
              std::chrono::floor<std::chrono::microseconds>(
                  std::chrono::nanoseconds{status.st_mtim.tv_nsec})};
}

}  // namespace

std::vector<Report> recover(const RunSettings& settings, const std::string& trial_name,
                            RunKey run) {
  const RunPaths paths = run_paths(settings.directory, trial_name, run.attempt);
  Collection collection{run, settings};
  // Pushes first: a metric that came by them is taken from nowhere else.
  const std::pair<Source, std::filesystem::path> places[] = {
      {Source::push, paths.metrics},
      {Source::standard_output, paths.output},
      {Source::standard_error, paths.error},
      {Source::file, observed_file(settings, paths)}};
  std::vector<Report> reports;
  const auto hand_over = [&] {
    for (Observed& batch : collection.take()) {
      reports.emplace_back(std::move(batch));
    }
  };
  for (const auto& [source, path] : places) {
    if (!collection.takes(source)) {
      continue;
    }
    const Time written = last_written(path);
    TailedFile file{path};
    const auto take = [&, from = source](std::string_view bytes) {
      collection.feed(from, bytes, written);
    };
    while (file.read(take)) {
    }
    collection.finish(source, written);
    hand_over();
  }
  if (settings.collector.kind == CollectorKind::tensor_flow_event) {
    const std::filesystem::path directory = paths.attempt / settings.metrics_file;
    const Time written = last_written(directory);
    EventDirectory{directory, paths.event_order, settings.collector.metrics}.read_again(
        [&](const std::vector<Observation>& observations) {
          collection.add(Source::file, observations, written);
        });
    hand_over();
  }
  if (std::optional<ExitRecord> record = read_exit_record(paths.attempt, run)) {
    reports.emplace_back(std::move(record->ended));
  }
  return reports;
}

}  // namespace diwan
