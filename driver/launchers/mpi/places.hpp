// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "driver/core/run_key.hpp"

namespace diwan::mpi {

struct Place {
  int rank = 0;
  std::size_t slot = 0;
  bool operator==(const Place&) const = default;
};

/// Which run is in which slot of which rank.
class Places {
 public:
  /// `rank` takes `slots` runs at a time from now on.
  void open(int rank, std::size_t slots);
  /// `rank` takes no more; gives the runs that were there, by slot.
  std::vector<RunKey> close(int rank);

  /// Puts `run` in a free slot of the rank that has most of them, the first of equals; none if all
  /// are taken.
  std::optional<Place> take(RunKey run);
  std::optional<Place> find(RunKey run) const;
  void release(RunKey run);  ///< unknown: no-op

  std::vector<int> ranks() const;  ///< that are open, ascending
  std::uint32_t capacity() const;

 private:
  std::map<int, std::vector<std::optional<RunKey>>> ranks_;
  std::map<RunKey, Place> runs_;
};

}  // namespace diwan::mpi
