// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/spec_summary.hpp"

#include <array>
#include <utility>

#include "driver/results/shell_quote.hpp"
#include "driver/shell/requirements.hpp"

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

std::pair<std::string, std::string> domain_text(const Real& real) {
  return {"double", shortest(real.low) + " .. " + shortest(real.high) +
                        (real.step ? ", step " + shortest(*real.step) : "") +
                        distribution_text(real.distribution)};
}
std::pair<std::string, std::string> domain_text(const Integer& integer) {
  return {"int", std::to_string(integer.low) + " .. " + std::to_string(integer.high) +
                     (integer.step != 1 ? ", step " + std::to_string(integer.step) : "") +
                     distribution_text(integer.distribution)};
}
std::pair<std::string, std::string> domain_text(const Categorical& categorical) {
  return {"categorical", list_text(categorical.choices)};
}
std::pair<std::string, std::string> domain_text(const Discrete& discrete) {
  return {"discrete", list_text(discrete.texts) + distribution_text(discrete.distribution)};
}

std::string objective_text(const Spec& spec) {
  std::string text;
  for (const ObjectiveSpec& objective : spec.objectives) {
    text += (text.empty() ? "" : "; ") +
            std::string(objective.type == Direction::minimize ? "minimize " : "maximize ") +
            objective.metric + (objective.goal ? " to " + shortest(*objective.goal) : "");
  }
  for (std::size_t m = spec.objectives.size(); m < spec.metrics.size(); ++m) {
    text += (m == spec.objectives.size() ? "; also " : ", ") + spec.metrics[m].name;
  }
  return text;
}

std::string algorithm_text(const AlgorithmSpec& algorithm) {
  std::string text = algorithm.name;
  for (const auto& [name, value] : algorithm.settings) {
    text += " " + name + "=" + value;
  }
  return text;
}

std::string budget_text(const Spec& spec) {
  const Budget& budget = spec.budget;
  std::string text =
      budget.max_trials ? std::to_string(*budget.max_trials) + " trials" : "trials without end";
  text += spec.parallel_given ? ", " + std::to_string(budget.parallel) + " at a time"
                              : ", as many at a time as there are slots";
  return text +
         (budget.max_failed ? ", fails at " + std::to_string(*budget.max_failed) + " failed" : "");
}

std::string collector_text(const CollectorSource& source) {
  static constexpr std::array<const char*, 6> kinds = {
      "StdOut", "File", "TensorFlowEvent", "PrometheusMetric", "Push", "Custom"};
  std::string text = kinds.at(static_cast<std::size_t>(source.collector.kind));
  if (source.collector.kind == CollectorKind::file) {
    text += std::string(" ") + source.path +
            (source.collector.format == FileFormat::json ? ", JSON" : ", TEXT");
  }
  for (const std::string& filter : source.collector.filters) {
    text += ", " + filter;
  }
  return text;
}

std::string moved_text(const MovedPath& moved) {
  const bool checkpoint = moved.into == MovedPath::Into::checkpoint_directory;
  return moved.from + " to " + (checkpoint ? "$DIWAN_CHECKPOINT_DIR" : "$DIWAN_TRIAL_DIR") +
         (moved.below.empty() ? "" : "/" + moved.below) + ", which no other trial shares";
}

}  // namespace

std::string spec_summary(const Spec& spec, const Page& page) {
  std::string text;
  const auto line = [&](std::string_view name, const std::string& what) {
    std::string head(name);
    head.resize(12, ' ');
    text += printable(head + what) + "\n";
  };
  line("experiment", spec.name);
  line("objective", objective_text(spec));
  line("algorithm", algorithm_text(spec.algorithm));
  if (spec.early_stopping) {
    line("stopping", algorithm_text(*spec.early_stopping));
  }
  line("budget", budget_text(spec));
  line("collector", collector_text(spec.metrics_collector));
  if (spec.trial_template && spec.trial_template->kubernetes_only.empty()) {
    line("command", shell_quote(spec.trial_template->command));
    line("directory", spec.trial_template->working_directory);
    for (const MovedPath& moved : spec.trial_template->moved_paths) {
      line("moved", moved_text(moved));
    }
  }
  Table table;
  table.column("PARAMETER");
  table.column("TYPE");
  table.column("VALUES");
  for (const Parameter& parameter : spec.space.parameters()) {
    auto [type, values] =
        std::visit([](const auto& domain) { return domain_text(domain); }, parameter.domain);
    if (const auto when = spec.conditions.find(parameter.name); when != spec.conditions.end()) {
      values += " when " + when->second;
    }
    table.row({parameter.name, std::move(type), std::move(values)});
  }
  text += spec.space.size() > 0 ? "\n" + table.text(page) : "";
  for (const std::string& note : spec.notes) {
    line("note", note);
  }
  for (const std::string& obstacle : obstacles(spec, false)) {
    line("note", "it cannot run here: " + obstacle);
  }
  return text;
}

}  // namespace diwan
