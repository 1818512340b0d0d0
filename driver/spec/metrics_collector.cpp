// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/metrics_collector.hpp"

#include <algorithm>
#include <cmath>

#include "driver/spec/container.hpp"
#include "driver/spec/kubernetes_fields.hpp"
#include "driver/spec/moved_path.hpp"
#include "driver/spec/placeholder.hpp"
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

void read_format(const Field& format, CollectorSource& out) {
  const bool json = format.unless_empty().one_of({"TEXT", "JSON"}) == std::size_t{1};
  out.collector.format = json ? FileFormat::json : FileFormat::text;
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
  } else {
    read_format(format, out);
  }
}

/// Reads fileSystemPath of a Custom collector, which has no defaults.
void read_custom_path(const Field& path, CollectorSource& out) {
  if (!path.expect_map()) {
    return;
  }
  path.allow({"path", "kind", "format"});
  read_format(path["format"], out);
  out.path = path["path"].required_text("give an absolute path");
  if (!out.path.empty() && !out.path.starts_with('/')) {
    path["path"].wrong("is no absolute path (" + yaml::quoted(out.path) + "); begin it with /");
  }
  if (!path["kind"]) {
    path["kind"].missing("give File or Directory");
  }
  out.directory = path["kind"].one_of({"File", "Directory"}) == std::size_t{1};
}

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

void read_headers(const Field& list, CollectorSource& out) {
  for (const Field& item : list.items()) {
    if (!item.expect_map()) {
      continue;
    }
    item.allow({"name", "value"});
    const std::string name = item["name"].required_text("name the header");
    const std::string value = item["value"].text().value_or("");
    constexpr std::string_view other = "!#$%&'*+-.^_`|~";
    const bool is_token = std::all_of(name.begin(), name.end(), [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             other.find(c) != std::string_view::npos;
    });
    if (!is_token) {
      item["name"].wrong("is no name of a header (" + yaml::quoted(name) +
                         "); use letters, digits and -");
    } else if (!std::all_of(value.begin(), value.end(), is_printable)) {
      item["value"].wrong("holds a character that no header can (" + yaml::quoted(value) +
                          "); remove it");
    } else if (!name.empty()) {
      out.http_headers.emplace_back(name, value);
    }
  }
}

/// The port that is asked; none for each trial's own, which the template names where the field says
/// nothing.
void read_port(const Field& port, const Field& trial_template, const Budget& budget,
               CollectorSource& out) {
  constexpr int default_port = 8080;  // Katib's
  constexpr const char* own = "${trialSpec.Port}";
  out.http_port.reset();
  const std::optional<std::string> text = port.unless_empty().text();
  const bool template_has_own =
      trial_template && yaml::to_yaml(trial_template.node()).find(own) != std::string::npos;
  if (text ? *text == own : template_has_own) {
    return;
  }
  const std::optional<std::int64_t> number = text ? whole_number(*text) : default_port;
  if (!number || *number < 1 || *number > 65535) {
    port.wrong("is no port (" + yaml::quoted(*text) + "); give 1 to 65535, or " + own +
               " for each trial's own");
    return;
  }
  out.http_port = static_cast<int>(*number);
  if (budget.at_a_time() > 1) {
    port.wrong("is one port for all (" + std::to_string(*number) + "), and " +
               std::to_string(budget.at_a_time()) +
               " trials run at a time, of which one alone can have it; give " + own +
               " here and have the program listen there or on DIWAN_PORT, or set "
               "parallelTrialCount: 1");
  }
}

void read_http(const Field& http, const Field& trial_template, const Budget& budget,
               CollectorSource& out) {
  out.http_path = "/metrics";
  if (http.expect_map()) {
    http.allow({"path", "port", "host", "scheme", "httpHeaders"});
  }
  read_port(http["port"], trial_template, budget, out);
  if (const std::optional<std::string> path = http["path"].unless_empty().text()) {
    out.http_path = *path;
    if (!path->starts_with('/')) {
      http["path"].wrong("does not begin with / (" + yaml::quoted(*path) + "); put / before it");
    } else if (path->find(' ') != std::string::npos ||
               !std::all_of(path->begin(), path->end(), is_printable)) {
      http["path"].wrong("holds a blank or a character that no address can (" +
                         yaml::quoted(*path) + "); write it as %20 or the like");
    }
  }
  if (const std::optional<std::string> scheme = http["scheme"].unless_empty().text()) {
    if (*scheme != "HTTP") {
      http["scheme"].wrong("is not spoken here (" + yaml::quoted(*scheme) +
                           "): the program is asked on its own host; give HTTP, or remove it");
    }
  }
  if (http["host"].unless_empty()) {
    http["host"].note(
        "metricsCollectorSpec.source.httpGet.host is not read: each trial is asked on its own "
        "host, at 127.0.0.1");
  }
  read_headers(http["httpHeaders"], out);
}

/// The collector's texts are fixed: it learns of its trial by the environment.
void refuse_placeholders(const Field& container) {
  const auto check = [](const Field& field) {
    const std::string text = field && field.node().is_scalar() ? field.node().text : "";
    for (const Segment& segment : split_placeholders(text)) {
      if (segment.kind != Segment::Kind::text) {
        field.wrong("no trial value is put into a collector's command (" + yaml::quoted(text) +
                    "); have it read its environment, such as DIWAN_TRIAL or DIWAN_PARAM_…");
        return;
      }
    }
  };
  for (const char* list : {"command", "args"}) {
    if (container[list].is_list()) {
      for (const Field& item : container[list].items()) {
        check(item);
      }
    }
  }
  if (container["env"].is_list()) {
    for (const Field& item : container["env"].items()) {
      check(item["value"]);
    }
  }
  check(container["workingDir"]);
}

void read_custom(const Field& collector, const std::filesystem::path& folder,
                 CollectorSource& out) {
  const Field container = collector["customCollector"];
  if (!container) {
    container.missing("kind Custom needs the collector's container");
  } else if (container.expect_map()) {
    check_container(container);
    refuse_placeholders(container);
    TrialTemplate program;
    program.working_directory = folder.string();
    read_container(container, folder, program);
    out.custom_collector = yaml::to_yaml(container.node());
    out.program = std::move(program);
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

void refuse_filters_for_json(const Field& filter, const CollectorSource& source) {
  if (source.collector.format == FileFormat::json && filter) {
    filter.wrong("JSON lines are read without filters; remove it, or use format TEXT");
  }
}

void read_source(const Field& spec, const Field& field, const Spec& experiment,
                 CollectorSource& out) {
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
      refuse_filters_for_json(filter, out);
      break;
    case CollectorKind::tensor_flow_event:
      read_path(path, true, out);
      break;
    case CollectorKind::prometheus_metric:
      read_http(source["httpGet"], spec["trialTemplate"], experiment.budget, out);
      break;
    case CollectorKind::custom:
      read_custom(field["collector"], experiment.file.parent_path(), out);
      read_custom_path(path, out);
      refuse_filters_for_json(filter, out);
      break;
  }
}

/// DIWAN_METRICS may bring such a metric all the same, so that it is no mistake.
void note_names_that_no_line_can_give(const Field& spec, const CollectorSpec& collector) {
  const bool is_text =
      collector.kind == CollectorKind::std_out ||
      ((collector.kind == CollectorKind::file || collector.kind == CollectorKind::custom) &&
       collector.format == FileFormat::text);
  if (!is_text || !collector.filters.empty()) {
    return;
  }
  for (const std::string& metric : collector.metrics) {
    if (!default_filter_reads(metric)) {
      spec.note("the default filter does not read the metric " + yaml::quoted(metric) +
                ": its names have letters, digits, _, - and | alone; set metricsFormat, such as '" +
                filter_for(metric) + "', or report it by DIWAN_METRICS");
    }
  }
}

}  // namespace

void read_metrics_collector(const Field& spec, Spec& out) {
  CollectorSource& source = out.metrics_collector;
  for (const MetricRule& metric : out.metrics) {
    source.collector.metrics.push_back(metric.name);
  }
  const Field field = spec["metricsCollectorSpec"];
  if (field.expect_map()) {
    field.allow({"collector", "source"});
    source.collector.kind = read_kind(field["collector"]);
    read_source(spec, field, out, source);
  }
  note_names_that_no_line_can_give(spec, source.collector);
}

}  // namespace diwan
