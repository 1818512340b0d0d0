// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "collectors/number.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/value.hpp"

namespace diwan {
namespace {

double number_of(const std::string& given, std::string_view text) {
  const std::optional<double> value = parse_number(text);
  if (!value) {
    throw UsageError("report-metric: " + given +
                     ": the value is no number; give NAME=NUMBER, such as loss=0.3, or nan or inf");
  }
  return *value;
}

Value line_of(const Call& call) {
  Value line(Value::Fields{});
  if (const auto step = call.maybe("step")) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(step->data(), step->data() + step->size(), value);
    if (step->empty() || error != std::errc{} || end != step->data() + step->size()) {
      throw UsageError("report-metric: --step (" + *step + ") is no whole number");
    }
    line["step"] = value;
  }
  for (const std::string& given : call.list("metric")) {
    const auto equals = given.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError("report-metric: " + given + ": give NAME=VALUE, such as loss=0.3");
    }
    const std::string name = given.substr(0, equals);
    if (name == "step" || name == "timestamp" || line.find(name) != nullptr) {
      throw UsageError("report-metric: " + given + ": " +
                       (line.find(name) != nullptr ? "the metric is given twice"
                                                   : "a metric cannot have this name"));
    }
    line[name] = number_of(given, std::string_view(given).substr(equals + 1));
  }
  return line;
}

/// Appends with one write, so that lines of several processes never mix.
void append(const std::string& path, const std::string& line) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const ssize_t written = fd < 0 ? -1 : ::write(fd, line.data(), line.size());
  const int problem = errno;
  if (fd >= 0) {
    ::close(fd);
  }
  if (written != static_cast<ssize_t>(line.size())) {
    throw UsageError("report-metric: " + path + ": " +
                     (written < 0 ? std::generic_category().message(problem) : "the disk is full"));
  }
}

ExitStatus run(const Call& call) {
  const std::string line = json_text(line_of(call)) + "\n";
  const char* path = std::getenv("DIWAN_METRICS");
  if (path == nullptr || *path == '\0') {
    throw UsageError(
        "report-metric: DIWAN_METRICS is not set; run it from inside a trial, which has it");
  }
  append(path, line);
  return ExitStatus::done;
}

}  // namespace

Verb report_metric_verb() {
  return {.name = "report-metric",
          .summary = "from inside a trial: report metrics",
          .details =
              "Appends a JSON line to the file that DIWAN_METRICS names, which Diwan reads "
              "whatever the experiment's collector is.",
          .positionals = {{.name = "metric", .takes = Takes::text("NAME=VALUE"), .repeated = true}},
          .options = {{.name = "step",
                       .takes = Takes::text("N"),
                       .help = "the step that the values belong to; else they are counted"}},
          .environment = {{"DIWAN_METRICS", "the file to append to; set for every trial"}},
          .examples = {{"diwan report-metric loss=0.2 --step 3", "the loss of step 3"}},
          .run = run};
}

}  // namespace diwan
