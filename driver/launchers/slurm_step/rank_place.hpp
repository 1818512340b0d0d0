// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/launchers/mpi_environment.hpp"
#include "driver/launchers/slurm_step/step_command.hpp"

namespace diwan::slurm_step {

/// Where a task stands in its step, as Slurm told it.
struct RankPlace {
  std::string step;  ///< JOB.STEP
  std::uint32_t rank = 0;
  std::uint32_t ranks = 1;
  std::uint32_t local = 0;  ///< among those of its node
  std::uint32_t node = 0;   ///< its place in nodes
  std::string node_list;    ///< as Slurm writes it
  std::vector<std::string> nodes;
  std::vector<std::uint32_t> ranks_on;  ///< each node
  bool operator==(const RankPlace&) const = default;
};

/// None where this process is no task of a step.
std::optional<RankPlace> rank_place(const Variables& variables);

/// The host file: a line a node, as Open MPI reads it ("n1 slots=2").
/// @param slots  on each node; none: as many as it has ranks
std::string host_file(const RankPlace& place, std::optional<std::uint32_t> slots);

/// What a rank is told besides what every trial is.
struct RankFacts {
  std::string kind;
  Roles roles;
  std::uint32_t port = 0;  ///< of rank 0; of rank r, where each has one, port + r
  bool own_gpus = false;   ///< it sees GPUs of its own alone
};

/// RANK, WORLD_SIZE, MASTER_ADDR, …; of a TFJob TF_CONFIG too, of a JAXJob and a PyTorchJob what
/// their operators set.
///
/// A task with GPUs of its own is alone on its node as far as it can see, like a Pod, so that
/// LOCAL_RANK counts the GPUs it sees and is 0.
std::vector<std::pair<std::string, std::string>> rank_variables(const RankPlace& place,
                                                                const RankFacts& facts);

/// The role of a rank; empty where there are none.
std::string role_of(const Roles& roles, std::uint32_t rank);

}  // namespace diwan::slurm_step
