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
      agreement_(ladder),
      levels_(ladder.size()) {}

void Asha::tell(const Fact& fact) {
  std::visit([this](const auto& one) { take(one); }, fact);
}

void Asha::take(const Issued& issued) {
  Trial trial{.first = issued.trial,
              .level = ladder_.level_of(*space_.resource(issued.assignment)),
              .base = 0,
              .configuration = space_.configuration(issued.assignment)};
  const std::optional<RungLabels> labels = rung_labels(issued.labels);
  trial.base = labels ? std::min(labels->bracket, ladder_.top()) : trial.level;
  trial.scout = trial.base > trial.level;
  const auto parent = issued.parent ? trials_.find(*issued.parent) : trials_.end();
  if (parent != trials_.end()) {
    trial.first = parent->second.first;
    trial.base = parent->second.base;
    trial.scout = parent->second.scout;
    Level& below = levels_[parent->second.level];
    below.waiting.erase(parent->first);
    below.promoted += trial.scout ? 0 : 1;
    scouts_.erase(parent->first);
  } else {
    configurations_.issued(issued.trial, trial.configuration);
    if (trial.scout) {
      agreement_.scout(issued.trial);
    }
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
    if (!trial.scout) {
      levels_[trial.level].waiting.insert(finished.trial);
    } else if (trial.level < ladder_.top()) {
      scouts_.insert(finished.trial);
    }
  }
  levels_[trial.level].scouts += trial.scout ? 1 : 0;
  levels_[trial.level].ended.insert({.value = trial.value, .trial = finished.trial});
  configurations_.ended(trial.first, trial.level, finished.outcome, finished.objectives);
  agreement_.add(trial.first, trial.level, trial.value);
}

void Asha::take(const Known& known) {
  configurations_.known(space_.configuration(known.assignment),
                        ladder_.level_of(*space_.resource(known.assignment)), known.outcome,
                        known.objectives);
}

void Asha::add_promotions(std::size_t level, bool no_more, std::size_t count,
                          std::vector<std::uint32_t>& trials) const {
  const Level& here = levels_[level];
  const std::size_t apart = level + 1 == ladder_.top() ? 0 : here.scouts;
  std::size_t share = ladder_.share(here.ended.size() - apart);
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

Suggestion Asha::promotion(std::uint32_t number) const {
  const Trial& trial = trials_.at(number);
  const std::size_t level = trial.level + 1;
  return {.assignment = space_.assignment(trial.configuration, ladder_.resource(level)),
          .labels =
              to_labels({.bracket = trial.base, .rung = trial.scout ? level : level - trial.base}),
          .parent = number};
}

Suggestions Asha::ask(std::size_t count) const {
  const std::size_t base = agreement_.lowest_trusted();
  std::vector<std::uint32_t> promoted(scouts_.begin(), scouts_.end());
  promoted.resize(std::min(promoted.size(), count));
  std::size_t scouts = 0;
  while (promoted.size() + scouts < count && agreement_.wants_scout(scouts)) {
    ++scouts;
  }
  const std::size_t climbing = promoted.size();
  for (std::size_t level = ladder_.top(); level-- > base;) {
    add_promotions(level, false, count - scouts, promoted);
  }
  const std::size_t wanted = count - promoted.size();
  const std::vector<Assignment> fresh = configurations_.next(wanted, base);

  Suggestions answer;
  const auto go_on = [&](std::size_t from, std::size_t to) {
    for (; from < to; ++from) {
      answer.items.push_back(promotion(promoted[from]));
    }
  };
  const auto begin = [&](std::size_t from, std::size_t to, std::size_t level, std::size_t bracket) {
    for (; from < std::min(to, fresh.size()); ++from) {
      answer.items.push_back({.assignment = space_.assignment(fresh[from], ladder_.resource(level)),
                              .labels = to_labels({.bracket = bracket, .rung = 0}),
                              .parent = {}});
    }
  };
  go_on(0, climbing);
  begin(0, scouts, 0, ladder_.top());
  go_on(climbing, promoted.size());
  begin(scouts, fresh.size(), base, base);
  if (fresh.size() < wanted && answer.items.empty() && running_.empty()) {
    // One at a time: the next may depend on how this one ends.
    for (std::size_t level = ladder_.top(); level-- > 0;) {
      add_promotions(level, true, std::min<std::size_t>(count, 1), promoted);
    }
    go_on(0, promoted.size());
    answer.exhausted = answer.items.empty();
  }
  return answer;
}

}  // namespace diwan
