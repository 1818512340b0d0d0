// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/spec_summary.hpp"

#include <string>
#include <utility>
#include <vector>

#include "driver/core/shell_quote.hpp"
#include "driver/shell/requirements.hpp"
#include "driver/spec/spec_text.hpp"

namespace diwan {
namespace {

std::string objective_text(const Spec& spec) {
  std::string text;
  for (const ObjectiveSpec& objective : spec.objectives) {
    text += (text.empty() ? "" : "; ") + std::string(to_string(objective.type)) + " " +
            objective.metric + (objective.goal ? " to " + shortest(*objective.goal) : "");
  }
  for (std::size_t m = spec.objectives.size(); m < spec.metrics.size(); ++m) {
    text += (m == spec.objectives.size() ? "; also " : ", ") + spec.metrics[m].name;
  }
  return text;
}

std::string budget_text(const Spec& spec) {
  const Budget& budget = spec.budget;
  std::string text = budget.max_trials ? std::to_string(*budget.max_trials) +
                                             (*budget.max_trials == 1 ? " trial" : " trials")
                                       : "trials without end";
  text += spec.parallel_given ? ", " + std::to_string(budget.parallel) + " at a time"
                              : ", as many at a time as there are slots";
  return text +
         (budget.max_failed ? ", fails at " + std::to_string(*budget.max_failed) + " failed" : "");
}

/// One line of it: a line break as \n.
std::string command_text(const std::vector<std::string>& command) {
  std::string text;
  for (const char c : shell_quote(command)) {
    text += c == '\n' ? "\\n" : std::string(1, c);
  }
  return text;
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
    line("command", command_text(spec.trial_template->command));
    line("directory", spec.trial_template->working_directory);
  }
  Table table;
  table.column("PARAMETER");
  table.column("TYPE");
  table.column("VALUES");
  for (const Parameter& parameter : spec.space.parameters()) {
    std::string values = values_text(parameter.domain);
    if (const auto when = spec.conditions.find(parameter.name); when != spec.conditions.end()) {
      values += " when " + when->second;
    }
    table.row({parameter.name, type_text(parameter.domain), std::move(values)});
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
