// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/spec_summary.hpp"

#include <string>
#include <utility>
#include <vector>

#include "driver/core/counted.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/shell/requirements.hpp"
#include "driver/spec/nas.hpp"
#include "driver/spec/nas_operations.hpp"
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
  std::string text =
      budget.max_trials ? counted(*budget.max_trials, "trial") : "trials without end";
  text += spec.parallel_given ? ", " + std::to_string(budget.parallel) + " at a time"
                              : ", as many at a time as there are slots";
  return text +
         (budget.max_failed ? ", fails at " + std::to_string(*budget.max_failed) + " failed" : "");
}

/// What a trial of several tasks becomes.
std::string tasks_text(const TrialTemplate& trial) {
  const Resources& resources = trial.resources;
  const std::string nodes = resources.nodes_given ? " on " + counted(resources.nodes, "node") : "";
  const std::string gpus =
      resources.gpus_per_task > 0 ? " and " + counted(resources.gpus_per_task, "GPU") : "";
  const std::string each = counted(resources.cpus_per_task, "CPU") + gpus + " each";
  const std::string where = "; a step of a Slurm job (--launcher slurm-step)";
  if (trial.kind == "MPIJob") {
    return "the launcher's command starts " + counted(resources.tasks, "rank") + nodes + ", " +
           each + ", named by DIWAN_HOSTFILE" + where;
  }
  if (resources.tasks == 1) {
    return "the command starts its others" + nodes + ", named by DIWAN_HOSTFILE" + where;
  }
  std::string roles;
  for (const auto& [role, count] : trial.roles) {
    roles += (roles.empty() ? " (" : ", ") + std::to_string(count) + " " + role;
  }
  return counted(resources.tasks, "task") + (roles.empty() ? "" : roles + ")") + nodes + ", " +
         each + ", told apart by RANK" + where;
}

std::string sizes_text(const std::vector<std::int64_t>& sizes) {
  std::string text;
  for (const std::int64_t size : sizes) {
    text += (text.empty() ? "" : " x ") + std::to_string(size);
  }
  return text;
}

/// "8 layers, from 32 x 32 x 3 to 10".
std::string network_text(const NasConfig& nas) {
  std::string text = counted(static_cast<std::uint32_t>(nas.num_layers), "layer");
  if (!nas.input_sizes.empty() && !nas.output_sizes.empty()) {
    text += ", from " + sizes_text(nas.input_sizes) + " to " + sizes_text(nas.output_sizes);
  }
  return text;
}

/// The operations with the values of their parameters, and in an architecture their numbers.
std::string operations_table(const Spec& spec, const Page& page) {
  const bool numbered = searches_architectures(spec);
  Table table;
  table.column("OPERATION");
  if (numbered) {
    table.column("NUMBERS");
  }
  table.column("VALUES");
  std::uint64_t first = 0;
  for (const NasOperation& operation : spec.nas->operations) {
    const std::uint64_t count = variants(operation, most_nas_variants);
    std::string values;
    for (const Parameter& parameter : operation.parameters) {
      values += (values.empty() ? "" : "; ") + parameter.name + " " + values_text(parameter.domain);
    }
    std::vector<std::string> cells = {operation.type};
    if (numbered) {
      cells.push_back(std::to_string(first) +
                      (count > 1 ? ".." + std::to_string(first + count - 1) : ""));
    }
    cells.push_back(std::move(values));
    table.row(cells);
    first += count;
  }
  return table.text(page);
}

/// The parameters of the search space and their domains.
std::string parameters_table(const Spec& spec, const Page& page) {
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
  return spec.space.size() > 0 ? table.text(page) : "";
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
  if (spec.nas) {
    line("network", network_text(*spec.nas));
  }
  line("budget", budget_text(spec));
  line("collector", collector_text(spec.metrics_collector));
  if (spec.trial_template && spec.trial_template->kubernetes_only.empty()) {
    line("command", command_text(spec.trial_template->command));
    if (has_several_tasks(*spec.trial_template)) {
      line("tasks", tasks_text(*spec.trial_template));
    }
    line("directory", spec.trial_template->working_directory);
  }
  const std::string searched =
      spec.nas ? operations_table(spec, page) : parameters_table(spec, page);
  text += searched.empty() ? "" : "\n" + searched;
  for (const std::string& note : spec.notes) {
    line("note", note);
  }
  return text;
}

}  // namespace diwan
