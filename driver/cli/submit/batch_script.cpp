// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/submit/batch_script.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "driver/cli/submit/shipped_scripts.hpp"
#include "driver/core/counted.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/results/table.hpp"
#include "driver/shell/requirements.hpp"

namespace diwan {
namespace {

/// The commands of a shipped script: all below its last #SBATCH line.
std::string_view commands_of(std::string_view script) {
  constexpr std::string_view mark = "\n#SBATCH ";
  const std::size_t last = script.rfind(mark);
  const std::size_t end = script.find('\n', last == script.npos ? 0 : last + mark.size());
  return script.substr(std::min(end, script.size()));
}

/// The commands with the script's own name where they say how it is used.
std::string renamed(std::string_view commands, const std::string& name) {
  constexpr std::string_view before = "usage: sbatch ";
  std::string text(commands);
  const std::size_t begin = text.find(before);
  const std::size_t end = text.find(" EXPERIMENT.yaml", begin);
  if (begin != text.npos && end != text.npos) {
    text.replace(begin + before.size(), end - begin - before.size(), name + ".sbatch");
  }
  return text;
}

class Head {
 public:
  void add(const std::string& option, const std::string& value) {
    if (!value.empty()) {
      line("--" + option + "=" + value);
    }
  }
  void add(const std::string& option, std::uint64_t value) { add(option, std::to_string(value)); }
  /// sbatch reads words, in quotes where there are blanks in them.
  void line(const std::string& option) {
    const bool plain = option.find_first_of(" \t\"'\\#") == option.npos;
    text_ += "#SBATCH " + (plain ? option : "\"" + option + "\"") + "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::uint64_t mebibytes(std::uint64_t bytes) {
  constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
  return (bytes + mebibyte - 1) / mebibyte;
}

/// Of a job in which `parallel` trials run as steps, each on nodes of its own. Replicas that nobody
/// gave nodes get one each.
void add_steps(Head& head, const Resources& resources, std::uint32_t parallel) {
  const std::uint64_t nodes = resources.nodes_given ? resources.nodes : resources.tasks;
  const std::uint64_t tasks = std::max<std::uint64_t>((resources.tasks + nodes - 1) / nodes, 1);
  head.add("nodes", nodes * parallel);
  head.add("ntasks-per-node", tasks);
  head.add("cpus-per-task", std::max(resources.cpus_per_task, 1U));
  if (resources.gpus_per_task > 0) {
    head.add("gpus-per-node", tasks * resources.gpus_per_task);
  }
  if (resources.memory_bytes) {
    const std::uint64_t parts = resources.memory_per_task ? tasks : 1;
    head.add("mem", std::to_string(mebibytes(*resources.memory_bytes) * parts) + "M");
  }
}

/// Of a job in which `parallel` trials run beside their coordinator.
void add_allocation(Head& head, const Resources& resources, std::uint32_t parallel) {
  const std::uint64_t cpus = std::max(resources.cpus_per_task, 1U);
  if (resources.gpus_per_task > 0) {
    // The script starts a rank for each GPU, so that its tasks are the nodes.
    head.add("nodes", 1);
    head.add("ntasks-per-node", 1);
    head.add("gpus-per-node", std::uint64_t{parallel} * resources.gpus_per_task);
    head.add("cpus-per-task", cpus * parallel);
    if (resources.memory_bytes) {
      head.add("mem", std::to_string(mebibytes(*resources.memory_bytes) * parallel) + "M");
    }
    return;
  }
  head.add("ntasks", std::uint64_t{parallel} + 1);
  head.add("cpus-per-task", cpus);
  if (resources.memory_bytes) {
    head.add("mem-per-cpu",
             std::to_string((mebibytes(*resources.memory_bytes) + cpus - 1) / cpus) + "M");
  }
}

void add_coordinator(Head& head) {
  head.add("ntasks", 1);
  head.add("cpus-per-task", 1);
  head.add("mem", "1G");
}

}  // namespace

std::string submit_obstacle(const Spec& spec, SubmitMode mode) {
  const Resources& resources = spec.trial_template->resources;
  const SlurmOptions& slurm = spec.trial_template->slurm;
  std::vector<std::string> options = slurm.extra;
  options.insert(options.end(), {slurm.partition, slurm.account, slurm.qos, slurm.constraint});
  for (const std::string& option : options) {
    if (std::ranges::any_of(option, [](unsigned char c) { return c < ' ' || c == '"'; })) {
      return "an option of its slurm block cannot stand in a batch script (" + printable(option) +
             "); leave quotes and line ends out";
    }
  }
  if (mode == SubmitMode::array && has_several_tasks(*spec.trial_template)) {
    return "a trial has " + counted(resources.tasks, "task") + " on " +
           counted(resources.nodes, "node") +
           ", and a job of an array starts one; leave --mode array out, and trials become "
           "steps of one job";
  }
  return {};
}

std::string batch_script(const Spec& spec, SubmitMode mode, std::uint32_t parallel,
                         const std::filesystem::path& programs) {
  const TrialTemplate& trial = *spec.trial_template;
  Head head;
  head.add("job-name", spec.name);
  head.add("output", spec.name + "-%j.log");
  head.add("open-mode", "append");
  head.add("account", trial.slurm.account);
  std::string_view shipped = array_coordinator_script;
  if (mode == SubmitMode::allocation) {
    head.add("partition", trial.slurm.partition);
    head.add("qos", trial.slurm.qos);
    const bool steps = has_several_tasks(trial);
    steps ? add_steps(head, trial.resources, parallel)
          : add_allocation(head, trial.resources, parallel);
    head.add("constraint", trial.slurm.constraint);
    for (const std::string& option : trial.slurm.extra) {
      head.line(option);
    }
    shipped = steps                               ? multi_node_trials_script
              : trial.resources.gpus_per_task > 0 ? multi_node_gpu_script
                                                  : single_node_script;
  } else {
    add_coordinator(head);
    // In an allocation a run knows its end by itself, and plans its trials by it.
    head.add("signal", "B:USR1@120");
  }
  head.line("--requeue");
  return "#!/bin/bash\n" + std::string(submit_mark) + " for " + printable(spec.file.string()) +
         ".\n# What stands after #SBATCH is for sbatch; options on its command line come first.\n" +
         head.text() + "\nexport PATH=" + shell_quote(programs.string()) + ":\"$PATH\"\n" +
         renamed(commands_of(shipped), spec.name);
}

}  // namespace diwan
