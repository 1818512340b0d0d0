// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace diwan {

/// What one slot of a host gives the trial in it.
struct SlotShare {
  std::vector<std::uint32_t> cpus;  ///< empty: all that the supervisor may use
  std::vector<std::string> gpus;    ///< DIWAN_GPUS: ids or UUIDs as the site gave them
  /// Variables by which a runtime chooses its devices, with their values in this slot.
  std::vector<std::pair<std::string, std::string>> gpu_variables;
  bool operator==(const SlotShare&) const = default;
};

/// What a host lets us use.
struct HostResources {
  std::vector<std::uint32_t> cpus;
  /// CUDA_VISIBLE_DEVICES and its like. Where none is set and devices are there, the one that their
  /// maker's runtime reads, naming all of them.
  std::map<std::string, std::string> gpu_variables;
  bool operator==(const HostResources&) const = default;
};

/// Which CPUs count as the host's.
enum class CpuScope {
  own,   ///< those this process may use
  node,  ///< those of our cpuset on the node, though mpirun or srun pinned this process to fewer
};

HostResources find_host_resources(CpuScope scope = CpuScope::node);

/// The devices that are visible by these variables, as the site names them: ids, UUIDs, MIG. Where
/// ROCR_VISIBLE_DEVICES is set, HIP_VISIBLE_DEVICES and the others are read as places in its list,
/// unless all have the same text.
std::vector<std::string> visible_gpus(const HostResources& host);

/// How many trials can have their GPUs at a time, at least one; as many as one likes where they ask
/// for none (`per_trial` 0) or no GPU is visible.
std::uint32_t trials_by_gpus(const HostResources& host, std::uint32_t per_trial);

/// What a host lacks for so many trials at a time that ask for so much each, in a line for people;
/// empty: nothing.
std::string shortage(const HostResources& host, std::uint32_t trials, std::uint32_t cpus,
                     std::uint32_t gpus);

/// How many share a host, and what a trial asks for.
struct Division {
  std::uint32_t parts = 1;  ///< slots on this host, of all ranks together
  std::uint32_t index = 0;  ///< the slot, below parts
  std::uint32_t cpus = 0;   ///< per trial; 0: an equal share of all
  std::uint32_t gpus = 0;   ///< per trial; 0: an equal share where there are enough for all
};

/// The share of one slot. CPUs: neighbouring ones, disjoint while there are enough for all slots;
/// an equal share of fewer CPUs than slots is all of them. GPUs: the same, but an equal share of
/// fewer GPUs than slots is one GPU, which neighbours share. What is asked for beyond an equal
/// share is taken from the slot's place on, round the end. Without a visible GPU the variables stay
/// as they are.
SlotShare divide(const HostResources& host, const Division& division);

}  // namespace diwan
