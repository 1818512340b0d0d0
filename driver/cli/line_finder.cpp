// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/line_finder.hpp"

#include <vector>

#include "driver/launchers/supervisor/environment.hpp"

namespace diwan {
namespace {

constexpr std::size_t longest_shown = 4096;
constexpr std::size_t most_held = 4096;  ///< readings of one metric that nobody asked for yet

bool is_text_kind(CollectorKind kind) {
  return kind == CollectorKind::std_out || kind == CollectorKind::file;
}

}  // namespace

LineFinder::LineFinder(const RunSettings& settings, const std::string& trial_name,
                       std::uint32_t attempt)
    : collector_(settings.collector) {
  const RunPaths paths = run_paths(settings.directory, trial_name, attempt);
  const auto add = [&](Source source, const std::filesystem::path& path) {
    logs_.try_emplace(source, path, collector_of(source));
  };
  add(Source::push, paths.metrics);
  if (!is_text_kind(collector_.kind)) {
    return;
  }
  if (!settings.metrics_file.empty()) {
    add(Source::file, paths.attempt / settings.metrics_file);
    return;
  }
  add(Source::standard_output, paths.output);
  add(Source::standard_error, paths.error);
}

std::optional<std::string> LineFinder::line_of(const Observed& batch, std::size_t i) {
  const auto log = logs_.find(batch.source);
  if (log == logs_.end()) {
    return std::nullopt;
  }
  read(log->second);
  std::deque<Reading>& readings = log->second.readings[batch.metric];
  while (!readings.empty() && readings.front().place < batch.first + i) {
    readings.pop_front();
  }
  // What was pushed is taken from nowhere else, so that places may differ from here on.
  if (readings.empty() || readings.front().place != batch.first + i ||
      !same_value(readings.front().value, batch.values.at(i))) {
    return unfinished_line(batch.source, log->second, batch.metric, batch.values.at(i));
  }
  return readings.front().line;
}

std::unique_ptr<Collector> LineFinder::collector_of(Source source) const {
  return source == Source::push ? make_push_collector(collector_.metrics)
                                : make_collector(collector_);
}

std::optional<std::string> LineFinder::unfinished_line(Source source, const Log& log,
                                                       std::uint32_t metric, double value) const {
  for (const Observation& observation : collector_of(source)->feed(log.unfinished + "\n")) {
    if (observation.metric == metric && same_value(observation.value, value)) {
      return log.unfinished.substr(0, longest_shown);
    }
  }
  return std::nullopt;
}

void LineFinder::read(Log& log) {
  const auto take_bytes = [&](std::string_view bytes) {
    for (const char c : bytes) {
      if (c != '\n' && c != '\r') {
        log.unfinished += c;
        continue;
      }
      take(log, log.unfinished + c);
      log.unfinished.clear();
    }
  };
  while (log.file.read(take_bytes)) {
  }
}

void LineFinder::take(Log& log, std::string_view line) {
  for (const Observation& observation : log.collector->feed(line)) {
    std::deque<Reading>& readings = log.readings[observation.metric];
    const std::uint64_t place = log.counts[observation.metric]++;
    if (readings.size() < most_held) {
      readings.push_back({.place = place,
                          .value = observation.value,
                          .line = std::string(line.substr(
                              0, std::min(line.find_last_not_of("\r\n") + 1, longest_shown)))});
    }
  }
}

}  // namespace diwan
