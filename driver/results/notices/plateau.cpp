// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/notices/plateau.hpp"

#include <string>

#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

/// What can be done: of a search that has ended, or is about to, there is nothing left to stop.
std::string advice(const Experiment& experiment, const std::string& best) {
  if (experiment.completion() == Completion::none && !experiment.draining()) {
    return "`diwan stop DIR` ends the search; a wider space or another algorithm may find more";
  }
  return "A wider space or another algorithm may find more, in a new experiment with `--from` "
         "this one; `diwan confirm DIR` tells how much of " +
         best + "'s lead is luck";
}

}  // namespace

void Plateau::take(const Candidate& candidate, Direction direction) {
  if (best_ && candidate.resource < best_->resource) {
    return;  // only trials at the highest resource compete
  }
  if (best_ && candidate.resource > best_->resource) {
    candidates_ = 0;
  }
  ++candidates_;
  // Numbers aside: of two that are equal neither is better.
  const bool better = !best_ || candidate.resource > best_->resource ||
                      (candidate.objectives.front() != best_->objectives.front() &&
                       comes_before(candidate, *best_, direction));
  since_best_ = better ? 0 : since_best_ + 1;
  if (better) {
    best_ = candidate;
  }
}

void Plateau::add_notices(const Experiment& experiment, std::vector<SearchNotice>& notices) const {
  constexpr std::uint32_t least = 30;
  if (since_best_ < least || 2 * since_best_ < candidates_ ||
      experiment.completion() == Completion::goal_reached) {
    return;
  }
  const std::string best = "#" + std::to_string(best_->number);
  notices.push_back({.kind = SearchNotice::Kind::plateau,
                     .subject = best_->number,
                     .text = "none of the last " + std::to_string(since_best_) +
                             " trials is better than " + best + " (" +
                             experiment.rules().metrics.front().name + " " +
                             shortest(best_->objectives.front()) +
                             "): more of them may bring little. " + advice(experiment, best)});
}

}  // namespace diwan
