// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"

namespace diwan {

/// katib.md section 5; names as in metricsCollectorSpec.
enum class CollectorKind { std_out, file, tensor_flow_event, prometheus_metric, push, custom };
enum class FileFormat { text, json };

/// What makes a collector: kind, metric names (objectives first) and, for text, filters.
struct CollectorSpec {
  CollectorKind kind = CollectorKind::std_out;
  FileFormat format = FileFormat::text;
  std::vector<std::string> metrics;
  std::vector<std::string> filters;  ///< RE2; empty: Katib's default expression
  bool operator==(const CollectorSpec&) const = default;
};

/// Katib's default metricsFormat, widened to read nan, inf, "5." and ".5".
std::string_view default_filter();

/// Whether the default filter can find the metric of that name.
bool default_filter_reads(std::string_view metric);
/// A filter that finds `metric=0.5`, for a name that the default filter does not read.
std::string filter_for(std::string_view metric);

/// What is wrong with a filter, or nothing.
std::optional<std::string> check_filter(std::string_view filter);

/// A collector for one stream: of std_out, file and what a custom one prints in the spec's format,
/// of prometheus_metric for the answers one after the other.
/// @throws std::invalid_argument for a filter that check_filter refuses, a filter with the JSON
///   format, or a kind that reads no stream of text.
std::unique_ptr<Collector> make_collector(const CollectorSpec& spec);

/// A collector for one event file (tensor_flow_event).
/// @param file  its path, whose folders a metric may name; empty: unknown.
std::unique_ptr<Collector> make_event_collector(const std::vector<std::string>& metrics,
                                                const std::string& file);

/// Whether a file of that name in a directory of event files is one: TensorBoard's rule.
bool is_event_file(std::string_view name);

/// The collector of DIWAN_METRICS: JSON lines {"step":3,"loss":0.2}; knows the same metrics.
std::unique_ptr<Collector> make_push_collector(const std::vector<std::string>& metrics);

}  // namespace diwan
