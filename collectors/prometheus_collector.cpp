// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/prometheus_collector.hpp"

#include <algorithm>
#include <cstdint>

#include "collectors/observed.hpp"
#include "collectors/skip_count.hpp"
#include "collectors/terminal_text.hpp"

namespace diwan {
namespace {

bool is_same(const Observation& last, const Sample& sample) {
  return same_value(last.value, sample.value) && (!sample.time || sample.time == last.time);
}

}  // namespace

Series series_of_metric(const std::string& metric) {
  return parse_series(metric).value_or(Series{.name = metric, .labels = {}});
}

PrometheusCollector::PrometheusCollector(const std::vector<std::string>& metrics) {
  metrics_.reserve(metrics.size());
  for (const std::string& metric : metrics) {
    metrics_.push_back({.series = series_of_metric(metric), .last = std::nullopt});
  }
}

std::vector<Observation> PrometheusCollector::feed(std::string_view bytes) {
  std::vector<Observation> found;
  lines_.feed(bytes, [&](std::string_view line, bool whole) { read(line, whole, found); });
  return found;
}

std::vector<Observation> PrometheusCollector::finish() {
  std::vector<Observation> found;
  lines_.finish([&](std::string_view line, bool whole) { read(line, whole, found); });
  return found;
}

void PrometheusCollector::read(std::string_view line, bool whole, std::vector<Observation>& found) {
  const std::string_view text = trimmed(line);
  if (text.starts_with('#') || (whole && text.empty())) {
    return;  // HELP, TYPE, EOF or a comment
  }
  const auto sample = whole ? parse_sample(text) : std::nullopt;
  if (!sample) {
    count_skipped(skipped_, text);
    return;
  }
  const auto metric = std::find_if(metrics_.begin(), metrics_.end(), [&](const Metric& each) {
    return each.series == sample->series;
  });
  if (metric == metrics_.end()) {
    const bool is_named = std::any_of(metrics_.begin(), metrics_.end(), [&](const Metric& each) {
      return each.series.name == sample->series.name;
    });
    if (is_named) {
      count_skipped(skipped_, text);
    }
    return;
  }
  if (metric->last && is_same(*metric->last, *sample)) {
    return;
  }
  metric->last =
      observed_number(static_cast<std::uint32_t>(metric - metrics_.begin()), sample->value);
  metric->last->time = sample->time;
  found.push_back(*metric->last);
}

}  // namespace diwan
