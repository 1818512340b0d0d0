// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "driver/launchers/slurm_step/allocation.hpp"

namespace diwan::slurm_step {

/// What a trial asks for.
struct Demand {
  /// Where it stands in the file, for messages: "spec.trialTemplate.trialSpec.spec.resources".
  std::string field;
  std::optional<std::uint32_t> nodes;  ///< none: as few as have room for the tasks
  std::uint32_t tasks = 1;
  std::optional<std::uint32_t> cpus_per_task;  ///< none: a fair share of a node
  std::uint32_t gpus_per_task = 0;
  std::optional<std::uint64_t> memory_mebibytes;  ///< on each of its nodes
  bool memory_per_task = false;                   ///< the memory is that of each task
  /// One program starts the others: each node of the trial is one task with all that its tasks
  /// would have. So it is too where there are more nodes than tasks.
  bool one_starter = false;
  bool operator==(const Demand&) const = default;
};

/// The step that each trial becomes.
struct Layout {
  std::uint32_t nodes = 1;
  std::uint32_t tasks = 1;
  std::uint32_t tasks_on_a_node = 1;  ///< at most
  std::uint32_t cpus_per_task = 1;
  std::uint32_t gpus_per_task = 0;
  std::uint64_t memory_mebibytes = 0;  ///< on each node; 0: all of the job's, which is not counted
  /// One program starts the others, so many on each node.
  std::optional<std::uint32_t> slots_on_a_node;
  std::uint32_t trials = 1;  ///< at a time
  bool operator==(const Layout&) const = default;
};

/// The trial is larger than the allocation; the text names the field and the figures.
struct TooLarge : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// How trials become steps, and how many fit at a time.
///
/// A node has room for as many parts of trials as its CPUs, GPUs and memory allow. With room for
/// k_i parts on node i, T trials of N nodes fit exactly if the sum of min(k_i, T) is N T or more.
/// The coordinator takes nothing: a batch script is outside of all steps.
/// @param at_a_time  more trials than that will not run at a time; 0: unknown
/// @throws TooLarge
Layout lay_out(const Allocation& allocation, const Demand& demand, std::uint32_t at_a_time);

}  // namespace diwan::slurm_step
