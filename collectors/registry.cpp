// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/registry.hpp"

#include <stdexcept>

#include <re2/re2.h>

#include "collectors/json_collector.hpp"
#include "collectors/prometheus_collector.hpp"
#include "collectors/text_collector.hpp"
#include "collectors/tfevents/event_collector.hpp"

namespace diwan {

std::optional<std::string> check_filter(std::string_view filter) {
  const re2::RE2 expression(re2::StringPiece(filter.data(), filter.size()), re2::RE2::Quiet);
  const std::string where = "filter \"" + std::string(filter) + "\": ";
  if (!expression.ok()) {
    return where + expression.error() + "; write it in RE2's syntax, which has no look-around";
  }
  // Katib's own test asks for two pairs of brackets one behind the other; escaped ones are no
  // groups.
  static const re2::RE2 two_pairs(R"((?s).*\(.*\).*\(.*\).*)");
  if (expression.NumberOfCapturingGroups() < 2 ||
      !re2::RE2::FullMatch(expression.pattern(), two_pairs)) {
    return where +
           "it has not two groups one behind the other; give the first ( ) the metric's name and "
           "the second its value, as in (\\w+)=([0-9.]+)";
  }
  return std::nullopt;
}

std::unique_ptr<Collector> make_collector(const CollectorSpec& spec) {
  if (spec.kind == CollectorKind::prometheus_metric) {
    return std::make_unique<PrometheusCollector>(spec.metrics);
  }
  if (spec.kind != CollectorKind::std_out && spec.kind != CollectorKind::file &&
      spec.kind != CollectorKind::custom) {
    throw std::invalid_argument(
        "collector: this kind reads no stream of text; make one of kind StdOut or File");
  }
  if (spec.format == FileFormat::text) {
    return std::make_unique<TextCollector>(spec.metrics, spec.filters);
  }
  if (!spec.filters.empty()) {
    throw std::invalid_argument("filter \"" + spec.filters.front() +
                                "\": the JSON format takes no filter; drop it or use TEXT");
  }
  return std::make_unique<JsonCollector>(spec.metrics, JsonCollector::Text::is_observed);
}

std::unique_ptr<Collector> make_event_collector(const std::vector<std::string>& metrics,
                                                const std::string& file) {
  return std::make_unique<EventCollector>(metrics, file);
}

bool is_event_file(std::string_view name) {
  return name.find("tfevents") != std::string_view::npos;
}

std::unique_ptr<Collector> make_push_collector(const std::vector<std::string>& metrics) {
  return std::make_unique<JsonCollector>(metrics, JsonCollector::Text::is_skipped);
}

}  // namespace diwan
