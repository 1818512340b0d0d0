// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/candidates.hpp"

#include <algorithm>
#include <queue>
#include <utility>

namespace diwan {

bool Candidates::contains(std::span<const double> values) const {
  for (std::size_t row = 0; row < order_.size(); ++row) {
    if (std::equal(values.begin(), values.end(),
                   values_.begin() + static_cast<std::ptrdiff_t>(row * values.size()))) {
      return true;
    }
  }
  return false;
}

void Candidates::add(std::span<const double> values, double score) {
  values_.insert(values_.end(), values.begin(), values.end());
  order_.push_back({.score = score, .row = static_cast<std::uint32_t>(order_.size())});
}

void Candidates::sort() {
  std::stable_sort(order_.begin(), order_.end(),
                   [](const Drawn& a, const Drawn& b) { return a.score > b.score; });
}

void Candidates::write(std::size_t rank, Assignment& assignment) const {
  const std::size_t first = order_[rank].row * parameters_.size();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    assignment.values[parameters_[i]] = values_[first + i];
  }
}

std::optional<Assignment> best_fresh(const std::vector<Candidates>& lists, std::size_t parameters,
                                     const Seen& seen) {
  // Combinations in falling order of their total score: each is reached once, from the one that
  // has a better draw in the last list where it has not the best.
  struct Combination {
    double score = 0;
    std::size_t last = 0;
    std::vector<std::uint32_t> picks;
  };
  constexpr int patience = 1000;
  const auto worse = [](const Combination& a, const Combination& b) {
    return a.score != b.score ? a.score < b.score : a.picks > b.picks;
  };
  std::priority_queue<Combination, std::vector<Combination>, decltype(worse)> open(worse);
  Combination best{.score = 0, .last = 0, .picks = std::vector<std::uint32_t>(lists.size(), 0)};
  for (const Candidates& list : lists) {
    best.score += list.score(0);
  }
  open.push(std::move(best));
  Assignment assignment;
  assignment.values.assign(parameters, Assignment::inactive);
  for (int tries = 0; tries < patience && !open.empty(); ++tries) {
    const Combination next = open.top();
    open.pop();
    for (std::size_t i = 0; i < lists.size(); ++i) {
      lists[i].write(next.picks[i], assignment);
    }
    if (std::optional<Assignment> fresh = seen.fresh(assignment)) {
      return fresh;
    }
    for (std::size_t i = next.last; i < lists.size(); ++i) {
      const std::size_t pick = next.picks[i];
      if (pick + 1 < lists[i].size()) {
        Combination further = next;
        further.last = i;
        ++further.picks[i];
        further.score += lists[i].score(pick + 1) - lists[i].score(pick);
        open.push(std::move(further));
      }
    }
  }
  return std::nullopt;
}

}  // namespace diwan
