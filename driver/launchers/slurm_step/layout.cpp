// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/layout.hpp"

#include <algorithm>
#include <vector>

namespace diwan::slurm_step {
namespace {

constexpr std::uint32_t without_limit = UINT32_MAX;

std::uint32_t rounded_up(std::uint32_t count, std::uint32_t parts) {
  return (count + parts - 1) / parts;
}

std::uint64_t at_most(std::uint64_t have, std::uint64_t each) {
  return each == 0 ? without_limit : std::min<std::uint64_t>(have / each, without_limit);
}

/// What a trial takes of one of its nodes.
struct Part {
  std::uint32_t cpus = 1;
  std::uint32_t gpus = 0;
  std::uint64_t memory_mebibytes = 0;
};

std::uint32_t room(const Node& node, const Part& part) {
  const std::uint64_t by_memory = node.memory_mebibytes == 0
                                      ? without_limit
                                      : at_most(node.memory_mebibytes, part.memory_mebibytes);
  return static_cast<std::uint32_t>(
      std::min({at_most(node.cpus, part.cpus), at_most(node.gpus, part.gpus), by_memory}));
}

Part part_of(const Demand& demand, std::uint32_t nodes) {
  const std::uint32_t tasks = rounded_up(demand.tasks, nodes);
  return {.cpus = tasks * demand.cpus_per_task.value_or(1),
          .gpus = tasks * demand.gpus_per_task,
          .memory_mebibytes =
              demand.memory_mebibytes.value_or(0) * (demand.memory_per_task ? tasks : 1)};
}

std::uint32_t trials_at_a_time(const Allocation& allocation, const Part& part,
                               std::uint32_t nodes) {
  std::vector<std::uint64_t> rooms;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  for (const Node& node : allocation.nodes) {
    rooms.push_back(room(node, part));
    most += rooms.back();
  }
  most = most / nodes;
  while (least < most) {
    const std::uint64_t trials = (least + most + 1) / 2;
    std::uint64_t parts = 0;
    for (const std::uint64_t each : rooms) {
      parts += std::min(each, trials);
    }
    if (parts >= nodes * trials) {
      least = trials;
    } else {
      most = trials - 1;
    }
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(least, without_limit));
}

[[noreturn]] void refuse(const Allocation& allocation, const Demand& demand, const char* name,
                         const std::string& wants, const std::string& way_out) {
  throw TooLarge(demand.field + (name[0] == '\0' ? "" : "." + std::string(name)) + ": " + wants +
                 ", and job " + allocation.job + " has " + text_of(allocation) + "; " + way_out);
}

std::string on_each(std::uint64_t count, const std::string& what, std::uint32_t nodes) {
  return "a trial asks for " + std::to_string(count) + " " + what +
         (nodes == 1 ? " on a node" : " on each of " + std::to_string(nodes) + " nodes");
}

/// Says what there is too little of for a trial on so many nodes.
[[noreturn]] void refuse_part(const Allocation& allocation, const Demand& demand,
                              std::uint32_t nodes) {
  const Part part = part_of(demand, nodes);
  const std::string way_out = "ask for more (sbatch), or lower it";
  const auto too_few = [&](auto enough) {
    return static_cast<std::uint32_t>(std::ranges::count_if(allocation.nodes, enough)) < nodes;
  };
  if (too_few([&](const Node& node) { return node.gpus >= part.gpus; })) {
    refuse(allocation, demand, "gpusPerTask", on_each(part.gpus, "GPUs", nodes), way_out);
  }
  if (too_few([&](const Node& node) { return node.cpus >= part.cpus; })) {
    refuse(allocation, demand, demand.cpus_per_task ? "cpusPerTask" : "tasks",
           on_each(part.cpus, "CPUs", nodes), way_out);
  }
  if (too_few([&](const Node& node) {
        return node.memory_mebibytes == 0 || node.memory_mebibytes >= part.memory_mebibytes;
      })) {
    refuse(allocation, demand, "memory", on_each(part.memory_mebibytes, "MiB", nodes), way_out);
  }
  refuse(
      allocation, demand, "",
      on_each(part.cpus, "CPUs", nodes) + " and " + std::to_string(part.gpus) + " GPUs with them",
      way_out);
}

/// The nodes of a trial. @throws TooLarge
std::uint32_t nodes_of(const Allocation& allocation, const Demand& demand) {
  const auto there = static_cast<std::uint32_t>(allocation.nodes.size());
  if (demand.nodes) {
    if (*demand.nodes > there) {
      refuse(allocation, demand, "nodes",
             "a trial asks for " + std::to_string(*demand.nodes) + " nodes",
             "ask for as many (sbatch --nodes=" + std::to_string(*demand.nodes) + "), or lower it");
    }
    if (trials_at_a_time(allocation, part_of(demand, *demand.nodes), *demand.nodes) == 0) {
      refuse_part(allocation, demand, *demand.nodes);
    }
    return *demand.nodes;
  }
  const std::uint32_t most = std::min(there, demand.tasks);
  for (std::uint32_t nodes = 1; nodes <= most; ++nodes) {
    if (trials_at_a_time(allocation, part_of(demand, nodes), nodes) > 0) {
      return nodes;
    }
  }
  refuse_part(allocation, demand, most);
}

/// Where the file names no CPUs: as many as leave no more trials at a time than what it does name.
std::uint32_t fair_cpus(const Allocation& allocation, const Demand& demand, std::uint32_t nodes,
                        std::uint32_t at_a_time) {
  Part part = part_of(demand, nodes);
  const bool bounded = part.gpus > 0 || part.memory_mebibytes > 0 || at_a_time > 0;
  const std::uint32_t one_each = trials_at_a_time(allocation, part, nodes);
  const std::uint32_t trials = at_a_time > 0 ? std::min(one_each, at_a_time) : one_each;
  const std::uint32_t tasks = rounded_up(demand.tasks, nodes);
  std::uint32_t cpus = 1;
  for (std::uint32_t more = 2; bounded && more != 0; ++more) {
    part.cpus = tasks * more;
    if (trials_at_a_time(allocation, part, nodes) < trials) {
      break;
    }
    cpus = more;
  }
  return cpus;
}

/// A share of the node's memory where the file names none: steps that name none take all of it.
std::uint64_t fair_memory(const Allocation& allocation, Part part) {
  part.memory_mebibytes = 0;
  std::uint64_t least = UINT64_MAX;
  for (const Node& node : allocation.nodes) {
    if (const std::uint32_t parts = room(node, part); parts > 0) {
      least = std::min(least, node.memory_mebibytes / parts);
    }
  }
  return least == UINT64_MAX ? 0 : least;
}

}  // namespace

Layout lay_out(const Allocation& allocation, const Demand& demand, std::uint32_t at_a_time) {
  const bool one_starter = demand.one_starter || (demand.tasks == 1 && demand.nodes > 1U);
  Demand each = demand;
  if (one_starter) {
    each.tasks = std::max(demand.tasks, demand.nodes.value_or(1));
  }
  if (demand.nodes && *demand.nodes > each.tasks) {
    throw TooLarge(demand.field + ".tasks (" + std::to_string(demand.tasks) +
                   "): is less than nodes (" + std::to_string(*demand.nodes) +
                   "), so that some would have nothing to do; give at least as many, or 1 for a "
                   "program that starts the others itself");
  }
  Layout layout;
  layout.nodes = nodes_of(allocation, each);
  each.cpus_per_task = each.cpus_per_task ? each.cpus_per_task
                                          : fair_cpus(allocation, each, layout.nodes, at_a_time);
  const Part part = part_of(each, layout.nodes);
  layout.trials = trials_at_a_time(allocation, part, layout.nodes);
  layout.tasks = each.tasks;
  layout.tasks_on_a_node = rounded_up(each.tasks, layout.nodes);
  layout.cpus_per_task = *each.cpus_per_task;
  layout.gpus_per_task = each.gpus_per_task;
  layout.memory_mebibytes =
      part.memory_mebibytes > 0 ? part.memory_mebibytes : fair_memory(allocation, part);
  if (one_starter) {
    layout.slots_on_a_node = demand.tasks == 1 ? layout.cpus_per_task : layout.tasks_on_a_node;
    layout.tasks = layout.nodes;
    layout.tasks_on_a_node = 1;
    layout.cpus_per_task = part.cpus;
    layout.gpus_per_task = part.gpus;
  }
  return layout;
}

}  // namespace diwan::slurm_step
