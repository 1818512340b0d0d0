// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "driver/launchers/mpi/dialogue.hpp"
#include "driver/launchers/supervisor/share.hpp"

namespace diwan::mpi {

/// What a trial asks for and how many trials a rank runs at a time.
struct Demand {
  std::uint32_t slots_per_rank = 1;
  std::uint32_t cpus = 0;  ///< per trial; 0: an equal share
  std::uint32_t gpus = 0;  ///< per trial; 0: an equal share
};

/// The share of each slot of each rank; none for a slot whose trials would have to take GPUs that
/// are another's. Ranks of one host that see the same CPUs divide them, and
/// so with the GPUs; what a rank sees alone (a cgroup or device of its own task) it has alone.
std::map<int, std::vector<SlotShare>> share_hosts(const std::map<int, Hello>& ranks,
                                                  const Demand& demand);

/// What each host lacks for the trials that its ranks run at a time, in lines for people.
std::vector<std::string> shortages(const std::map<int, Hello>& ranks,
                                   const std::map<int, std::vector<SlotShare>>& shares,
                                   const Demand& demand);

}  // namespace diwan::mpi
