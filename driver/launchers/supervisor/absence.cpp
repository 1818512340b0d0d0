// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/absence.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "collectors/numbered_names.hpp"
#include "collectors/prometheus_collector.hpp"
#include "collectors/registry.hpp"
#include "collectors/terminal_text.hpp"
#include "driver/launchers/supervisor/event_directory.hpp"

namespace diwan {

namespace {

constexpr std::size_t most_names = 5;
constexpr std::size_t longest_filter = 200;

/// The end of a regular file, without terminal control sequences; opening a FIFO would hold us.
std::string tail_of(const std::filesystem::path& path) {
  constexpr std::streamoff enough = 65536;
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) {
    return {};
  }
  std::ifstream file{path, std::ios::binary | std::ios::ate};
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : 0;
  std::string tail(static_cast<std::size_t>(std::clamp<std::streamoff>(size, 0, enough)), '\0');
  file.seekg(size - static_cast<std::streamoff>(tail.size()));
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  tail.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  std::string scratch;
  return std::string{without_escape_sequences(tail, scratch)};
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest_bytes = 100;
  return "\"" + printable(trimmed(text), longest_bytes) + "\"";
}

/// Without blanks and ends of lines behind it.
std::string_view trimmed_lines(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

/// The file in which values are looked for; empty where that is the output.
std::filesystem::path file_read(const RunSettings& settings, const RunPaths& paths) {
  return settings.collector.kind == CollectorKind::push ? paths.metrics
                                                        : observed_file(settings, paths);
}

std::string place_of(const RunSettings& settings, const std::filesystem::path& file) {
  if (file.empty()) {
    return "in its output";
  }
  std::error_code none;
  const CollectorKind kind = settings.collector.kind;
  return (kind == CollectorKind::push     ? "in DIWAN_METRICS, "
          : kind == CollectorKind::custom ? "in what its collector printed, "
                                          : "in its metrics file ") +
         printable(file.native(), file.native().size()) +
         (std::filesystem::exists(file, none) ? "" : ", which was never written");
}

/// The last line of a log, ready to be put behind a sentence.
std::string last_words(const std::filesystem::path& log) {
  const std::string tail = tail_of(log);
  const std::string_view text = trimmed_lines(tail);
  const auto line = text.find_last_of("\r\n");
  const std::string_view last = line == std::string_view::npos ? text : text.substr(line + 1);
  return last.empty() ? "" : ", its last words " + in_quotes(last);
}

std::string what_is_read(const CollectorSpec& collector, const std::string& metric) {
  if (collector.kind == CollectorKind::tensor_flow_event) {
    const std::size_t slash = metric.rfind('/');
    return "a scalar with the tag " + in_quotes(metric) +
           (slash == std::string::npos ? ""
                                       : ", or with " + in_quotes(metric.substr(slash + 1)) +
                                             " in a folder " + in_quotes(metric.substr(0, slash)));
  }
  if (collector.kind == CollectorKind::push) {
    return R"(a line {")" + metric + R"(": 0.5} of that file, as diwan report-metric writes it)";
  }
  if (collector.kind == CollectorKind::prometheus_metric) {
    return "a line " + series_text(series_of_metric(metric)) + " 0.5";
  }
  if (collector.format == FileFormat::json) {
    return R"(a line {")" + metric + R"(": 0.5})";
  }
  if (collector.filters.empty()) {
    return default_filter_reads(metric)
               ? "a line with " + metric + "=0.5"
               : "by the default filter a name of letters, digits, _, - and | alone; set "
                 "metricsFormat, such as '" +
                     printable(filter_for(metric), longest_filter) + "'";
  }
  std::string filters;
  for (const std::string& filter : collector.filters) {
    filters += (filters.empty() ? "" : " or ") + in_quotes(filter);
  }
  return "a match of " + filters + " whose first group is " + in_quotes(metric);
}

/// Where a metric was looked for, and names it might have had there.
struct Sought {
  std::string where;
  std::vector<std::string> names;
};

Sought in_event_files(const std::filesystem::path& directory, const std::string& metric) {
  constexpr std::size_t longest_tag = 100;
  Sought sought;
  sought.where =
      "in its event files below " + printable(directory.native(), directory.native().size());
  if (event_files(directory).empty()) {
    sought.where += ", where none was written";
  }
  for (const std::string& tag : event_tags(directory)) {
    sought.names.push_back(printable(tag, longest_tag));
  }
  sought.names = by_resemblance(std::move(sought.names), metric, most_names);
  return sought;
}

Sought what_was_sought(const RunSettings& settings, const RunPaths& paths,
                       const std::string& metric, const Inquiry& inquiry) {
  if (!inquiry.place.empty()) {
    return {.where = inquiry.place, .names = inquiry.names};
  }
  if (settings.collector.kind == CollectorKind::tensor_flow_event) {
    return in_event_files(paths.attempt / settings.metrics_file, metric);
  }
  const std::filesystem::path file = file_read(settings, paths);
  std::string shown = file.empty() ? "" : tail_of(file);
  if (shown.empty() && settings.collector.kind != CollectorKind::custom) {
    shown = tail_of(paths.output) + "\n" + tail_of(paths.error);
  }
  return {.where = place_of(settings, file), .names = numbered_names(shown, metric, most_names)};
}

}  // namespace

std::string why_no_value(const RunSettings& settings, const RunPaths& paths, std::size_t metric,
                         bool saw_values, const Inquiry& inquiry) {
  const std::string& name = settings.collector.metrics.at(metric);
  if (saw_values) {
    return "every value of " + in_quotes(name) + " was nan or infinite";
  }
  const Sought sought = what_was_sought(settings, paths, name, inquiry);
  std::string text = "no value of " + in_quotes(name) + " was seen " + sought.where;
  if (!inquiry.problem.empty()) {
    text += ": " + inquiry.problem;
    if (settings.collector.kind == CollectorKind::custom) {
      text += last_words(paths.collector_error);
    }
  }
  for (std::size_t i = 0; i < sought.names.size(); ++i) {
    text += (i == 0 ? "; numbers stand there by " : ", ") + sought.names[i];
  }
  return text + "; read is " + what_is_read(settings.collector, name);
}

}  // namespace diwan
