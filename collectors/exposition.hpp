// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/observation.hpp"

namespace diwan {

// One line of what a program shows to Prometheus: its text format 0.0.4, and of OpenMetrics what
// differs in a sample. https://prometheus.io/docs/instrumenting/exposition_formats/

/// What tells one series of samples from another. Labels are sorted by name, and none is empty:
/// Prometheus takes an empty label for an absent one.
struct Series {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  bool operator==(const Series&) const = default;
};

/// One value of a series; its time where the program gives one.
struct Sample {
  Series series;
  double value = 0;
  std::optional<Time> time;
};

/// `name`, `name{label="value",…}` or `{"any name",label="value",…}`; nothing where the text is
/// none of them.
std::optional<Series> parse_series(std::string_view text);

/// The series as a sample has it; parse_series gives it back.
std::string series_text(const Series& series);

/// `SERIES VALUE [TIME]`. TIME is a whole number of milliseconds since 1970, or with a point, as in
/// OpenMetrics, of seconds; an exemplar after it is passed over. Nothing where the line is no
/// sample.
std::optional<Sample> parse_sample(std::string_view line);

/// The line of a sample with its time, in milliseconds.
std::string sample_line(const Series& series, double value, Time time);

/// The series that have samples in a text, as a metric would have to name them: each once, at most
/// `most`, those that resemble `wanted` first.
std::vector<std::string> exposed_series(std::string_view text, std::string_view wanted,
                                        std::size_t most);

}  // namespace diwan
