// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/metrics_collector.hpp"

#include <cmath>

#include "driver/spec/kubernetes_fields.hpp"
#include "driver/spec/moved_path.hpp"
#include "driver/spec/quantity.hpp"
#include "driver/spec/yaml_text.hpp"

namespace diwan {
namespace {

std::vector<std::string> read_filters(const Field& filter) {
  std::vector<std::string> out;
  if (!filter.expect_map()) {
    return out;
  }
  filter.allow({"metricsFormat"});
  for (const Field& item : filter["metricsFormat"].items()) {
    const std::string text = item.required_text("give a regular expression");
    if (text.empty()) {
      continue;
    }
    if (const std::optional<std::string> wrong = check_filter(text)) {
      item.wrong(*wrong);
    } else {
      out.push_back(text);
    }
  }
  return out;
}

/// Reads fileSystemPath for a kind that reads files.
void read_path(const Field& path, bool is_directory, CollectorSource& out) {
  const std::string kind = is_directory ? "Directory" : "File";
  out.path = is_directory ? "/var/log/katib/tfevent/" : "/var/log/katib/metrics.log";
  out.directory = is_directory;
  if (!path.expect_map()) {
    return;
  }
  path.allow({"path", "kind", "format"});
  const std::optional<std::size_t> given =
      path["kind"].unless_empty().one_of({"File", "Directory"});
  if (given && (*given == 1) != is_directory) {
    path["kind"].wrong("does not fit this collector (" + path["kind"].node().text + "); give " +
                       kind);
  }
  const std::optional<std::string> text = path["path"].unless_empty().text();
  if (text && !text->starts_with('/')) {
    path["path"].wrong("is no absolute path (" + yaml::quoted(*text) + "); begin it with /");
  }
  out.path = text.value_or(out.path);
  const std::string name = last_component(out.path);
  const bool is_name = !name.empty() && name != "." && name != "..";
  if (!is_name || (!is_directory && out.path.ends_with('/'))) {
    path["path"].wrong(std::string("names no ") + (is_directory ? "directory" : "file") + " (" +
                       yaml::quoted(out.path) + "); end it with " +
                       (is_directory ? "a" : "the file's") + " name");
  } else if (out.path.find('\0') != std::string::npos) {
    path["path"].wrong("holds a NUL character, which no path can; remove it");
  }
  const Field format = path["format"].unless_empty();
  if (is_directory && format) {
    format.wrong("event files have no format (" + yaml::quoted(format.node().text) +
                 "); remove it");
  } else if (const auto word = format.one_of({"TEXT", "JSON"})) {
    out.collector.format = *word == 1 ? FileFormat::json : FileFormat::text;
  }
}

/// Reads fileSystemPath of a Custom collector, which has no defaults.
void read_custom_path(const Field& path, CollectorSource& out) {
  if (!path.expect_map()) {
    return;
  }
  path.allow({"path", "kind", "format"});
  out.path = path["path"].required_text("give an absolute path");
  if (!out.path.empty() && !out.path.starts_with('/')) {
    path["path"].wrong("is no absolute path (" + yaml::quoted(out.path) + "); begin it with /");
  }
  if (!path["kind"]) {
    path["kind"].missing("give File or Directory");
  }
  out.directory = path["kind"].one_of({"File", "Directory"}) == std::size_t{1};
}

void read_http(const Field& http, CollectorSource& out) {
  out.http_port = 8080;
  out.http_path = "/metrics";
  if (!http.expect_map()) {
    return;
  }
  http.allow({"path", "port", "host", "scheme", "httpHeaders"});
  if (const std::optional<std::string> text = http["port"].text()) {
    const std::optional<std::int64_t> port = whole_number(*text);
    if (!port || *port < 1 || *port > 65535) {
      http["port"].wrong("is no port (" + yaml::quoted(*text) + "); give 1 to 65535");
    } else {
      out.http_port = static_cast<int>(*port);
    }
  }
  if (const std::optional<std::string> path = http["path"].unless_empty().text()) {
    out.http_path = *path;
    if (!path->starts_with('/')) {
      http["path"].wrong("does not begin with / (" + yaml::quoted(*path) + "); put / before it");
    }
  }
}

void read_custom(const Field& collector, CollectorSource& out) {
  const Field container = collector["customCollector"];
  if (!container) {
    container.missing("kind Custom needs the collector's container");
  } else if (container.expect_map()) {
    check_container(container);
    out.custom_collector = yaml::to_yaml(container.node());
  }
}

CollectorKind read_kind(const Field& collector) {
  if (!collector.expect_map()) {
    return CollectorKind::std_out;
  }
  collector.allow({"kind", "customCollector"});
  return static_cast<CollectorKind>(
      collector["kind"]
          .unless_empty()
          .one_of({"StdOut", "File", "TensorFlowEvent", "PrometheusMetric", "Push", "Custom"})
          .value_or(0));
}

void read_source(const Field& field, CollectorSource& out) {
  const Field source = field["source"];
  const Field path = source["fileSystemPath"];
  if (source.expect_map()) {
    source.allow({"fileSystemPath", "filter", "httpGet"});
  }
  const bool is_output =
      out.collector.kind == CollectorKind::std_out || out.collector.kind == CollectorKind::push;
  if (is_output && path) {
    path.note(
        "metricsCollectorSpec.source.fileSystemPath is not read: it is for the kinds File and "
        "TensorFlowEvent");
  }
  const Field filter = source["filter"];
  out.collector.filters = read_filters(filter);
  switch (out.collector.kind) {
    case CollectorKind::std_out:
    case CollectorKind::push:
      break;
    case CollectorKind::file:
      read_path(path, false, out);
      if (out.collector.format == FileFormat::json && filter) {
        filter.wrong("JSON lines are read without filters; remove it, or use format TEXT");
      }
      break;
    case CollectorKind::tensor_flow_event:
      read_path(path, true, out);
      break;
    case CollectorKind::prometheus_metric:
      read_http(source["httpGet"], out);
      break;
    case CollectorKind::custom:
      read_custom(field["collector"], out);
      read_custom_path(path, out);
      break;
  }
}

}  // namespace

void read_metrics_collector(const Field& spec, Spec& out) {
  CollectorSource& source = out.metrics_collector;
  for (const MetricRule& metric : out.metrics) {
    source.collector.metrics.push_back(metric.name);
  }
  const Field field = spec["metricsCollectorSpec"];
  if (!field.expect_map()) {
    return;
  }
  field.allow({"collector", "source"});
  source.collector.kind = read_kind(field["collector"]);
  read_source(field, source);
}

}  // namespace diwan
