// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/launchers/mpi_environment.hpp"

namespace diwan::slurm_step {

/// What the job has on one node.
struct Node {
  std::string name;
  std::uint32_t cpus = 0;
  std::uint32_t gpus = 0;
  std::uint64_t memory_mebibytes = 0;  ///< 0: Slurm does not count memory there
  bool operator==(const Node&) const = default;
};

/// The job that this process runs in.
struct Allocation {
  std::string job;
  std::vector<Node> nodes;
  std::uint32_t restarts = 0;  ///< how often Slurm has put it back into the queue
  bool operator==(const Allocation&) const = default;
};

/// The allocation in what `scontrol -d -o show job JOB` prints; none if it does not stand there.
std::optional<Allocation> allocation_in(std::string_view scontrol_output, const std::string& job);

/// The same as far as the job's own environment has it; none outside a job. GPUs are known of the
/// present node alone, and are taken for those of each.
std::optional<Allocation> allocation_in(const Variables& variables);

/// "n1 and n2: 16 CPUs, 4 GPUs and 8000 MiB each", for people.
std::string text_of(const Allocation& allocation);

}  // namespace diwan::slurm_step
