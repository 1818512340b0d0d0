// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/allocation.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "driver/launchers/slurm_step/hostlist.hpp"

namespace diwan::slurm_step {
namespace {

std::string variable(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string{} : found->second;
}

std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" \t\n"));
  text.remove_prefix(word.size());
  return word;
}

/// A size as Slurm has it: "8000", "8000M", "8G".
std::uint64_t mebibytes(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0) {
    return 0;
  }
  constexpr double step = 1024;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const double factor = unit.starts_with('T')   ? step * step
                        : unit.starts_with('G') ? step
                        : unit.starts_with('K') ? 1 / step
                                                : 1;
  return static_cast<std::uint64_t>(value * factor);
}

/// GPUs of "gpu:a100:2(IDX:0-1),gpu:v100:1(IDX:2),shard:8".
std::uint32_t gpus_in(std::string_view gres) {
  std::uint32_t gpus = 0;
  while (!gres.empty()) {
    // Commas within the brackets of "(IDX:0,2)" part no items.
    const std::size_t open = gres.find('(');
    std::size_t end = gres.find(',');
    if (end != std::string_view::npos && open < end) {
      end = gres.find(',', std::min(gres.find(')', open), gres.size()));
    }
    std::string_view item = gres.substr(0, end);
    gres.remove_prefix(end == std::string_view::npos ? gres.size() : end + 1);
    item = item.substr(0, item.find('('));
    if (item == "gpu") {
      ++gpus;
    } else if (item.starts_with("gpu:")) {
      const std::string_view count = item.substr(item.rfind(':') + 1);
      std::uint32_t value = 1;
      std::from_chars(count.data(), count.data() + count.size(), value);
      gpus += value;
    }
  }
  return gpus;
}

/// A job a line. Asked for one whose number is that of an array too, scontrol shows all of its
/// tasks.
std::string_view line_of(std::string_view scontrol_output, const std::string& job) {
  const std::string begin = "JobId=" + job + " ";
  while (!scontrol_output.empty()) {
    const std::string_view line = scontrol_output.substr(0, scontrol_output.find('\n'));
    if (line.starts_with(begin)) {
      return line;
    }
    scontrol_output.remove_prefix(std::min(line.size() + 1, scontrol_output.size()));
  }
  return {};
}

}  // namespace

std::optional<Allocation> allocation_in(std::string_view scontrol_output, const std::string& job) {
  Allocation allocation{.job = job, .nodes = {}};
  std::string_view rest = line_of(scontrol_output, job);
  std::vector<std::string> names;
  Node node;
  const auto add = [&] {
    for (std::string& name : names) {
      node.name = std::move(name);
      allocation.nodes.push_back(node);
    }
    names.clear();
  };
  // "Nodes=n[1-2] CPU_IDs=0-15 Mem=8000 GRES=gpu:4(IDX:0-3)", once for each kind of node.
  for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
    const std::string_view value = word.substr(std::min(word.find('=') + 1, word.size()));
    if (word.starts_with("Restarts=")) {
      std::from_chars(value.data(), value.data() + value.size(), allocation.restarts);
    } else if (word.starts_with("Nodes=")) {
      add();
      node = {};
      names = expand_hosts(value);
    } else if (names.empty()) {
      continue;
    } else if (word.starts_with("CPU_IDs=")) {
      node.cpus = static_cast<std::uint32_t>(expand_hosts("[" + std::string(value) + "]").size());
    } else if (word.starts_with("Mem=")) {
      node.memory_mebibytes = mebibytes(value);
    } else if (word.starts_with("GRES=")) {
      node.gpus = gpus_in(value);
    } else {
      add();
    }
  }
  add();
  return allocation.nodes.empty() ? std::nullopt : std::optional(std::move(allocation));
}

std::optional<Allocation> allocation_in(const Variables& variables) {
  Allocation allocation{.job = variable(variables, "SLURM_JOB_ID"),
                        .nodes = {},
                        .restarts = number_in(variables, "SLURM_RESTART_COUNT").value_or(0)};
  const std::vector<std::string> names = expand_hosts(variable(variables, "SLURM_JOB_NODELIST"));
  const std::vector<std::uint32_t> cpus =
      expand_counts(variable(variables, "SLURM_JOB_CPUS_PER_NODE"));
  if (allocation.job.empty() || names.empty() || cpus.size() != names.size()) {
    return std::nullopt;
  }
  const std::uint64_t by_node = mebibytes(variable(variables, "SLURM_MEM_PER_NODE"));
  const std::uint64_t by_cpu = mebibytes(variable(variables, "SLURM_MEM_PER_CPU"));
  const std::uint32_t gpus = number_in(variables, "SLURM_GPUS_ON_NODE").value_or(0);
  for (std::size_t i = 0; i < names.size(); ++i) {
    allocation.nodes.push_back({.name = names[i],
                                .cpus = cpus[i],
                                .gpus = gpus,
                                .memory_mebibytes = by_node > 0 ? by_node : by_cpu * cpus[i]});
  }
  return allocation;
}

std::string text_of(const Allocation& allocation) {
  std::vector<std::pair<std::string, std::uint32_t>> kinds;
  for (const Node& node : allocation.nodes) {
    std::string kind = std::to_string(node.cpus) + " CPUs, " + std::to_string(node.gpus) + " GPUs";
    if (node.memory_mebibytes > 0) {
      kind += ", " + std::to_string(node.memory_mebibytes) + " MiB";
    }
    const auto known = std::ranges::find(kinds, kind, &decltype(kinds)::value_type::first);
    if (known != kinds.end()) {
      ++known->second;
    } else {
      kinds.emplace_back(std::move(kind), 1);
    }
  }
  std::string text;
  for (const auto& [kind, count] : kinds) {
    text += (text.empty() ? "" : " and ") + std::to_string(count) +
            (count == 1 ? " node with " : " nodes with ") + kind;
  }
  return text;
}

}  // namespace diwan::slurm_step
