// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/spec_text.hpp"

#include <array>

#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

std::string distribution_text(Distribution distribution) {
  switch (distribution) {
    case Distribution::log_uniform:
      return ", log";
    case Distribution::normal:
      return ", normal";
    case Distribution::log_normal:
      return ", log normal";
    case Distribution::uniform:
      break;
  }
  return "";
}

std::string list_text(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    joined += (joined.empty() ? "" : ", ") + text;
  }
  return joined;
}

struct Values {
  std::string operator()(const Real& real) const {
    return shortest(real.low) + " .. " + shortest(real.high) +
           (real.step ? ", step " + shortest(*real.step) : "") +
           distribution_text(real.distribution);
  }
  std::string operator()(const Integer& integer) const {
    return std::to_string(integer.low) + " .. " + std::to_string(integer.high) +
           (integer.step != 1 ? ", step " + std::to_string(integer.step) : "") +
           distribution_text(integer.distribution);
  }
  std::string operator()(const Categorical& categorical) const {
    return list_text(categorical.choices);
  }
  std::string operator()(const Discrete& discrete) const {
    return list_text(discrete.texts) + distribution_text(discrete.distribution);
  }
};

struct TypeName {
  std::string operator()(const Real& /*real*/) const { return "double"; }
  std::string operator()(const Integer& /*integer*/) const { return "int"; }
  std::string operator()(const Categorical& /*categorical*/) const { return "categorical"; }
  std::string operator()(const Discrete& /*discrete*/) const { return "discrete"; }
};

}  // namespace

std::string type_text(const Domain& domain) { return std::visit(TypeName{}, domain); }

std::string values_text(const Domain& domain) { return std::visit(Values{}, domain); }

std::string algorithm_text(const AlgorithmSpec& algorithm) {
  std::string text = algorithm.name;
  for (const auto& [name, value] : algorithm.settings) {
    text.append(" ").append(name).append("=").append(value);
  }
  return text;
}

std::string collector_text(const CollectorSource& source) {
  static constexpr std::array<const char*, 6> kinds = {
      "StdOut", "File", "TensorFlowEvent", "PrometheusMetric", "Push", "Custom"};
  std::string text = kinds.at(static_cast<std::size_t>(source.collector.kind));
  if (source.collector.kind == CollectorKind::file) {
    text += std::string(" ") + source.path +
            (source.collector.format == FileFormat::json ? ", JSON" : ", TEXT");
  }
  if (source.collector.kind == CollectorKind::prometheus_metric) {
    text += " " + source.http_path + ", " +
            (source.http_port ? "port " + std::to_string(*source.http_port)
                              : std::string("each trial's own port"));
  }
  for (const std::string& filter : source.collector.filters) {
    text += ", " + filter;
  }
  return text;
}

}  // namespace diwan
