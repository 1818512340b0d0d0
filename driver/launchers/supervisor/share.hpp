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
  /// CUDA_VISIBLE_DEVICES and its like, those that are set.
  std::map<std::string, std::string> gpu_variables;
  /// Devices that are there when no variable says which; "0", "1", …
  std::vector<std::string> devices;
  bool operator==(const HostResources&) const = default;
};

/// Of this host: the CPUs of the node or of its cgroup, not those to which mpirun pinned a rank.
HostResources find_host_resources();

/// How many share a host, and what a trial asks for.
struct Division {
  std::uint32_t parts = 1;  ///< slots on this host, of all ranks together
  std::uint32_t index = 0;  ///< the slot, below parts
  std::uint32_t cpus = 0;   ///< per trial; 0: an equal share of all
  std::uint32_t gpus = 0;   ///< per trial; 0: an equal share where there are enough for all
};

/// The share of one slot. CPUs: neighbouring ones, disjoint while there are enough for all slots,
/// then all of them. GPUs: the same, and when a trial asks for more than its share, that many from
/// its place on, round the end.
SlotShare divide(const HostResources& host, const Division& division);

/// "0-3,8" as a list; empty for text that is none.
std::vector<std::uint32_t> parse_cpu_list(const std::string& text);

}  // namespace diwan
