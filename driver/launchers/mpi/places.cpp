// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/places.hpp"

#include <algorithm>

namespace diwan::mpi {

void Places::open(int rank, std::size_t slots) { ranks_[rank].resize(slots); }

std::vector<RunKey> Places::close(int rank) {
  std::vector<RunKey> runs;
  for (const auto& run : ranks_[rank]) {
    if (run) {
      runs.push_back(*run);
      runs_.erase(*run);
    }
  }
  ranks_.erase(rank);
  return runs;
}

std::optional<Place> Places::take(RunKey run) {
  std::optional<Place> best;
  std::ptrdiff_t most = 0;
  for (const auto& [rank, slots] : ranks_) {
    const auto free = std::count(slots.begin(), slots.end(), std::nullopt);
    if (free > most) {
      most = free;
      const auto first = std::find(slots.begin(), slots.end(), std::nullopt);
      best = Place{.rank = rank, .slot = static_cast<std::size_t>(first - slots.begin())};
    }
  }
  if (best) {
    ranks_[best->rank][best->slot] = run;
    runs_[run] = *best;
  }
  return best;
}

std::optional<Place> Places::find(RunKey run) const {
  const auto found = runs_.find(run);
  return found == runs_.end() ? std::nullopt : std::optional(found->second);
}

void Places::release(RunKey run) {
  if (const auto place = find(run)) {
    ranks_.at(place->rank).at(place->slot).reset();
    runs_.erase(run);
  }
}

std::vector<int> Places::ranks() const {
  std::vector<int> all;
  all.reserve(ranks_.size());
  for (const auto& [rank, slots] : ranks_) {
    all.push_back(rank);
  }
  return all;
}

std::uint32_t Places::capacity() const {
  std::size_t slots = 0;
  for (const auto& [rank, of_rank] : ranks_) {
    slots += of_rank.size();
  }
  return static_cast<std::uint32_t>(slots);
}

}  // namespace diwan::mpi
