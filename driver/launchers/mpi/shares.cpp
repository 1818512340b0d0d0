// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/shares.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

namespace diwan::mpi {
namespace {

/// The place of `rank` among those that share with it, and their number.
template <typename Together>
Division division_among(const std::map<int, Hello>& ranks, int rank, const Together& together) {
  Division division{.parts = 0, .index = 0, .cpus = 0, .gpus = 0};
  for (const auto& [other, hello] : ranks) {
    if (together(hello)) {
      division.index += other < rank ? 1U : 0U;
      ++division.parts;
    }
  }
  return division;
}

bool same_machine(const Hello& a, const Hello& b) {
  return a.process.boot_id.empty() ? a.process.host == b.process.host
                                   : a.process.boot_id == b.process.boot_id;
}

Division slot_division(Division of_rank, const Demand& demand, std::uint32_t slot) {
  return {.parts = of_rank.parts * demand.slots_per_rank,
          .index = of_rank.index * demand.slots_per_rank + slot,
          .cpus = demand.cpus,
          .gpus = demand.gpus};
}

}  // namespace

std::map<int, std::vector<SlotShare>> share_hosts(const std::map<int, Hello>& ranks,
                                                  const Demand& demand) {
  std::map<int, std::vector<SlotShare>> shares;
  for (const auto& [rank, hello] : ranks) {
    const HostResources& seen = hello.resources;
    const Division cpus = division_among(ranks, rank, [&, &self = hello](const Hello& other) {
      return same_machine(self, other) && self.resources.cpus == other.resources.cpus;
    });
    const Division gpus = division_among(ranks, rank, [&, &self = hello](const Hello& other) {
      return same_machine(self, other) &&
             self.resources.gpu_variables == other.resources.gpu_variables;
    });
    shares[rank] = {};
    const std::uint32_t most = trials_by_gpus(seen, demand.gpus);
    for (std::uint32_t slot = 0; slot < demand.slots_per_rank; ++slot) {
      Division of_gpus = slot_division(gpus, demand, slot);
      if (of_gpus.index >= most) {
        break;
      }
      of_gpus.parts = std::min(of_gpus.parts, most);
      SlotShare share = divide(seen, of_gpus);
      share.cpus = divide(seen, slot_division(cpus, demand, slot)).cpus;
      shares[rank].push_back(std::move(share));
    }
  }
  return shares;
}

std::vector<std::string> shortages(const std::map<int, Hello>& ranks,
                                   const std::map<int, std::vector<SlotShare>>& shares,
                                   const Demand& demand) {
  std::vector<std::string> lines;
  std::set<int> counted;
  for (const auto& [rank, hello] : ranks) {
    std::size_t trials = 0;
    for (const auto& [other, seen] : ranks) {
      if (!counted.contains(other) && same_machine(hello, seen) &&
          hello.resources == seen.resources) {
        counted.insert(other);
        trials += shares.at(other).size();
      }
    }
    const std::string lacking =
        shortage(hello.resources, static_cast<std::uint32_t>(trials), demand.cpus, demand.gpus);
    if (trials > 0 && !lacking.empty()) {
      lines.push_back(hello.process.host + ": " + lacking);
    }
  }
  return lines;
}

}  // namespace diwan::mpi
