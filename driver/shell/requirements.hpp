// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/spec/spec.hpp"

namespace diwan {

/// Why this version cannot search as the specification asks for, each with how to mend it.
std::vector<std::string> search_obstacles(const Spec& spec);

/// What a trial may consist of where it is to run.
enum class TrialTasks {
  one,     ///< of local, mpi and slurm
  several  ///< of slurm-step
};

/// Why this host and this version cannot run what the specification asks for, each with how to mend
/// it; empty when they can. `validate` shows these as notes, `run` refuses.
std::vector<std::string> obstacles(const Spec& spec, bool container, TrialTasks tasks);

/// Does a trial have several tasks, or several nodes?
bool has_several_tasks(const TrialTemplate& trial_template);

/// Why so many trials at a time cannot be: one port is to serve them all. Nothing where they can.
std::optional<std::string> port_obstacle(const Spec& spec, std::uint32_t at_a_time);

}  // namespace diwan
