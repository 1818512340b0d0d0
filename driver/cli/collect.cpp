// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <ostream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "algorithms/space/search_space.hpp"
#include "collectors/registry.hpp"
#include "collectors/timestamp.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

/// Prints observations as they come; counts the steps of metrics whose source has none.
class Printer {
 public:
  Printer(std::ostream& out, std::vector<std::string> metrics, bool csv)
      : out_(out), metrics_(std::move(metrics)), csv_(csv), counts_(metrics_.size()) {
    if (csv_) {
      out_ << "metric,value,step,time\n";
    }
  }

  void print(const std::vector<Observation>& observations) {
    for (const Observation& observation : observations) {
      const std::int64_t count = ++counts_[observation.metric];
      print(observation, observation.step.value_or(count));
    }
    if (!observations.empty()) {
      out_.flush();
    }
  }

 private:
  void print(const Observation& observation, std::int64_t step) {
    const std::string& metric = metrics_[observation.metric];
    if (csv_) {
      const std::array<std::string, 4> fields = {
          metric, observation.text.empty() ? shortest(observation.value) : observation.text,
          std::to_string(step), observation.time ? time_text(*observation.time) : ""};
      out_ << csv_line(fields);
      return;
    }
    const Value value =
        observation.text.empty() ? Value(observation.value) : Value(observation.text);
    out_ << json_text(Value::Fields{
                {"metric", metric},
                {"value", value},
                {"step", step},
                {"time", observation.time ? Value(time_text(*observation.time)) : Value()}})
         << '\n';
  }

  std::ostream& out_;
  std::vector<std::string> metrics_;
  bool csv_;
  std::vector<std::int64_t> counts_;
};

CollectorSpec spec_of(const Call& call) {
  CollectorSpec spec;
  const std::string& kind = call.choice("kind");
  spec.kind = kind == "StdOut"            ? CollectorKind::std_out
              : kind == "File"            ? CollectorKind::file
              : kind == "TensorFlowEvent" ? CollectorKind::tensor_flow_event
                                          : CollectorKind::prometheus_metric;
  spec.format = call.choice("format") == "JSON" ? FileFormat::json : FileFormat::text;
  spec.metrics = call.list("metric");
  spec.filters = call.list("filter");
  if (spec.metrics.empty()) {
    throw UsageError("collect: --metric is missing; name each metric to look for: --metric loss");
  }
  if (std::find(spec.metrics.begin(), spec.metrics.end(), "") != spec.metrics.end()) {
    throw UsageError("collect: --metric () is empty; give a name: --metric loss");
  }
  const bool events = spec.kind == CollectorKind::tensor_flow_event;
  if (!spec.filters.empty() && (events || spec.format == FileFormat::json)) {
    throw UsageError(std::string("collect: --filter is for --format TEXT; leave it out for ") +
                     (events ? "event files" : "JSON"));
  }
  if (events && spec.format == FileFormat::json) {
    throw UsageError("collect: event files have no --format; leave it out");
  }
  for (const std::string& filter : spec.filters) {
    if (const auto problem = check_filter(filter)) {
      throw UsageError("collect: --filter (" + filter + "): " + *problem);
    }
  }
  return spec;
}

/// An input; its descriptor is closed unless it is standard input.
class Input {
 public:
  explicit Input(const std::string& path)
      : fd_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)), path_(path) {
    if (fd_ < 0) {
      throw UsageError("collect: " + path + ": " + std::generic_category().message(errno) +
                       "; give a file or a directory that can be read, or - for standard input");
    }
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input() {
    if (fd_ != STDIN_FILENO) {
      ::close(fd_);
    }
  }
  /// The next bytes; empty at the end.
  std::string_view read() {
    for (;;) {
      const ssize_t count = ::read(fd_, buffer_.data(), buffer_.size());
      if (count >= 0) {
        return {buffer_.data(), static_cast<std::size_t>(count)};
      }
      if (errno != EINTR) {
        throw UsageError("collect: " + path_ + ": " + std::generic_category().message(errno));
      }
    }
  }

 private:
  int fd_;
  std::string path_;
  std::array<char, 65536> buffer_{};
};

std::unique_ptr<Collector> collector_of(const std::string& path, const CollectorSpec& spec) {
  if (spec.kind != CollectorKind::tensor_flow_event) {
    return make_collector(spec);
  }
  // Absolute: a metric may name the folders above.
  return make_event_collector(spec.metrics,
                              path == "-" ? "" : fs::absolute(path).lexically_normal().string());
}

void collect_from(const std::string& path, const CollectorSpec& spec, Printer& printer,
                  std::ostream& err) {
  const auto collector = collector_of(path, spec);
  Input source(path);
  for (std::string_view bytes = source.read(); !bytes.empty(); bytes = source.read()) {
    printer.print(collector->feed(bytes));
  }
  printer.print(collector->finish());
  const Skipped& skipped = collector->skipped();
  if (skipped.count > 0) {
    err << "diwan: collect: " << path << ": " << skipped.count
        << (spec.kind == CollectorKind::tensor_flow_event
                ? " record(s) or value(s) gave no observation, such as:\n"
                : " line(s) looked like an observation and gave none, such as:\n");
    for (const std::string& example : skipped.examples) {
      err << "  " << example << '\n';
    }
  }
}

/// The path itself, or every file below it in order of name; only event files where those are
/// wanted.
std::vector<std::string> files_of(const std::string& path, CollectorKind kind) {
  std::error_code none;
  if (path == "-" || !fs::is_directory(path, none)) {
    return {path};
  }
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
    const bool wanted = kind != CollectorKind::tensor_flow_event ||
                        is_event_file(entry->path().filename().native());
    if (wanted && entry->is_regular_file(none)) {
      files.push_back(entry->path().string());
    }
  }
  if (error) {
    throw UsageError("collect: " + path + ": " + error.message() +
                     "; give a directory that can be read to its end");
  }
  std::sort(files.begin(), files.end());
  if (files.empty() && kind == CollectorKind::tensor_flow_event) {
    throw UsageError("collect: " + path +
                     ": holds no event file, whose names have \"tfevents\" in them; give the "
                     "directory that the writer wrote to, or a file");
  }
  return files;
}

/// Tells which filter would read the metrics that the default one does not.
void advise_filters(const CollectorSpec& spec, std::ostream& err) {
  const bool is_text = spec.kind == CollectorKind::std_out || spec.kind == CollectorKind::file;
  if (!is_text || spec.format == FileFormat::json || !spec.filters.empty()) {
    return;
  }
  for (const std::string& metric : spec.metrics) {
    if (!default_filter_reads(metric)) {
      err << "diwan: collect: the default filter does not read " << printable(metric)
          << ", since its names have letters, digits, _, - and | alone; give one such as --filter '"
          << printable(filter_for(metric)) << "'\n";
    }
  }
}

ExitStatus run(const Call& call) {
  const CollectorSpec spec = spec_of(call);
  advise_filters(spec, call.err);
  Printer printer(call.out, spec.metrics, call.choice("output") == "csv");
  for (const std::string& file : files_of(call.text("path"), spec.kind)) {
    collect_from(file, spec, printer, call.err);
  }
  return ExitStatus::done;
}

}  // namespace

Verb collect_verb() {
  return {
      .name = "collect",
      .summary = "the observations that a collector finds in files or stdin",
      .details =
          "What it skipped goes to standard error. Of a directory it reads all event "
          "files below it.",
      .positionals = {{.name = "path", .takes = Takes::a(Takes::Kind::file, "PATH|-")}},
      .options = {{.name = "metric",
                   .takes = Takes::text("NAME"),
                   .repeated = true,
                   .required = true,
                   .help = "a metric to look for; repeat it for each"},
                  {.name = "kind",
                   .takes = Takes::one_of({"StdOut", "File", "TensorFlowEvent", "PrometheusMetric"},
                                          "KIND"),
                   .standard = "StdOut"},
                  {.name = "format",
                   .takes = Takes::one_of({"TEXT", "JSON"}, "FORMAT"),
                   .standard = "TEXT"},
                  {.name = "filter",
                   .takes = Takes::text("REGEX"),
                   .repeated = true,
                   .help = "RE2 expression with two groups, name and value; repeat it for each"},
                  output_option({"jsonl", "csv"})},
      .examples = {{"diwan collect --metric loss run.log", "the losses in a log"}},
      .run = run};
}

}  // namespace diwan
