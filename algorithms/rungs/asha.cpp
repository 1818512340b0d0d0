// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/asha.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "algorithms/rungs/labels.hpp"

namespace diwan {

Asha::Asha(ResourceSpace space, const Ladder& ladder, Configurations configurations)
    : space_(std::move(space)),
      ladder_(ladder),
      configurations_(std::move(configurations)),
      agreement_(ladder.size()),
      levels_(ladder.size()) {}

void Asha::tell(const Fact& fact) {
  std::visit([this](const auto& one) { take(one); }, fact);
}

void Asha::take(const Issued& issued) {
  Trial trial{.first = issued.trial,
              .level = ladder_.level_of(*space_.resource(issued.assignment)),
              .base = 0,
              .configuration = space_.configuration(issued.assignment)};
  trial.base = trial.level;
  const auto parent = issued.parent ? trials_.find(*issued.parent) : trials_.end();
  if (parent != trials_.end()) {
    trial.first = parent->second.first;
    trial.base = parent->second.base;
    trial.lower = parent->second.value;
    Level& below = levels_[parent->second.level];
    below.waiting.erase(parent->first);
    ++below.promoted;
  } else {
    configurations_.issued(issued.trial, trial.configuration);
  }
  running_.insert(issued.trial);
  trials_.emplace(issued.trial, std::move(trial));
}

void Asha::take(const Finished& finished) {
  if (running_.erase(finished.trial) == 0) {
    return;
  }
  Trial& trial = trials_.at(finished.trial);
  if (has_result(finished.outcome) && !finished.objectives.empty()) {
    trial.value = finished.objectives.front();
    levels_[trial.level].waiting.insert(finished.trial);
  }
  levels_[trial.level].ended.insert({.value = trial.value, .trial = finished.trial});
  configurations_.ended(trial.first, trial.level, finished.outcome, finished.objectives);
  if (!std::isnan(trial.lower)) {
    agreement_.add(trial.level - 1, trial.lower, trial.value);
  }
}

void Asha::take(const Known& known) {
  configurations_.known(space_.configuration(known.assignment),
                        ladder_.level_of(*space_.resource(known.assignment)), known.outcome,
                        known.objectives);
}

void Asha::add_promotions(std::size_t level, bool no_more, std::size_t count,
                          std::vector<std::uint32_t>& trials) const {
  const Level& here = levels_[level];
  std::size_t share = ladder_.share(here.ended.size());
  std::size_t room = share > here.promoted ? share - here.promoted : 0;
  if (no_more) {
    // Nothing will be added: the best go on, however few there are.
    share = std::max<std::size_t>(share, 1);
    room = share;
  }
  std::size_t place = 0;
  for (const Rank& rank : here.ended) {
    if (room == 0 || place++ == share || trials.size() == count) {
      break;
    }
    if (here.waiting.contains(rank.trial)) {
      trials.push_back(rank.trial);
      --room;
    }
  }
}

Suggestions Asha::ask(std::size_t count) const {
  Suggestions answer;
  const auto promote = [&](bool no_more, std::size_t most) {
    std::vector<std::uint32_t> promoted;
    for (std::size_t level = ladder_.top(); level-- > 0;) {
      add_promotions(level, no_more, most, promoted);
    }
    for (const std::uint32_t number : promoted) {
      const Trial& trial = trials_.at(number);
      answer.items.push_back(
          {.assignment = space_.assignment(trial.configuration, ladder_.resource(trial.level + 1)),
           .labels = to_labels({.bracket = trial.base, .rung = trial.level + 1 - trial.base}),
           .parent = number});
    }
  };
  promote(false, count);
  const std::size_t wanted = count - answer.items.size();
  const std::size_t base = agreement_.lowest_trusted();
  std::vector<Assignment> fresh = configurations_.next(wanted);
  for (const Assignment& configuration : fresh) {
    answer.items.push_back({.assignment = space_.assignment(configuration, ladder_.resource(base)),
                            .labels = to_labels({.bracket = base, .rung = 0}),
                            .parent = {}});
  }
  if (fresh.size() < wanted && answer.items.empty() && running_.empty()) {
    // One at a time: the next may depend on how this one ends.
    promote(true, std::min<std::size_t>(count, 1));
    answer.exhausted = answer.items.empty();
  }
  return answer;
}

}  // namespace diwan
