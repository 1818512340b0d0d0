// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/hyperband.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "algorithms/rungs/labels.hpp"

namespace diwan {
namespace {

constexpr std::size_t scouts_bracket = 0;
constexpr std::size_t first_bracket = 1;

double value_of(const Finished& finished) {
  return has_result(finished.outcome) && !finished.objectives.empty()
             ? finished.objectives.front()
             : std::numeric_limits<double>::infinity();
}

}  // namespace

Hyperband::Hyperband(ResourceSpace space, const Ladder& ladder, Configurations configurations)
    : space_(std::move(space)),
      ladder_(ladder),
      configurations_(std::move(configurations)),
      agreement_(ladder) {
  open_.push_back({.number = scouts_bracket, .base = 0, .rungs = {}});
  open_.back().rungs.resize(ladder_.size());
}

void Hyperband::tell(const Fact& fact) {
  std::visit([this](const auto& one) { take(one); }, fact);
}

Hyperband::Bracket* Hyperband::find(std::size_t number) {
  const auto found = std::lower_bound(
      open_.begin(), open_.end(), number,
      [](const Bracket& bracket, std::size_t wanted) { return bracket.number < wanted; });
  return found != open_.end() && found->number == number ? &*found : nullptr;
}

Hyperband::Bracket& Hyperband::open(std::size_t number, std::size_t base) {
  open_.push_back({.number = number, .base = base, .rungs = {}});
  open_.back().rungs.resize(ladder_.size() - base);
  opened_ = number + 1;
  return open_.back();
}

std::size_t Hyperband::base_of(std::size_t number) const {
  const std::size_t lowest = agreement_.lowest_trusted();
  const std::size_t place = number > first_bracket ? number - first_bracket - 1 : 0;
  return lowest + place % (ladder_.size() - lowest);
}

std::size_t Hyperband::width(std::size_t number, std::size_t base) const {
  const std::size_t whole = ladder_.starters(base);
  return number == first_bracket ? std::max<std::size_t>(1, ladder_.share(whole)) : whole;
}

std::size_t Hyperband::room(const Bracket& bracket) const {
  const std::size_t most = width(bracket.number, bracket.base);
  const std::size_t taken = bracket.rungs.front().entries.size();
  return most > taken ? most - taken : 0;
}

void Hyperband::take(const Issued& issued) {
  const double resource = *space_.resource(issued.assignment);
  const std::size_t level = ladder_.level_of(resource);
  const std::optional<RungLabels> labels = rung_labels(issued.labels);
  if (!labels || labels->rung == 0) {
    configurations_.issued(issued.trial, space_.configuration(issued.assignment));
  }
  if (labels) {
    if (labels->rung == 0 && labels->bracket >= opened_) {
      open(labels->bracket, level);
    }
    if (enter(issued, labels->bracket, labels->rung)) {
      return;
    }
  } else if (resource == ladder_.resource(level)) {
    const auto host = std::find_if(open_.begin(), open_.end(), [&](const Bracket& bracket) {
      return bracket.number != scouts_bracket && bracket.base == level && room(bracket) > 0;
    });
    enter(issued, host != open_.end() ? host->number : open(opened_, level).number, 0);
    return;
  }
  outsiders_[issued.trial] = level;
}

/// Puts a trial on a rung. @return false where that rung is not open to it.
bool Hyperband::enter(const Issued& issued, std::size_t number, std::size_t rung) {
  Bracket* const bracket = find(number);
  if (bracket == nullptr || rung >= bracket->rungs.size()) {
    return false;
  }
  if (rung > 0) {
    std::vector<Entry>& below = bracket->rungs[rung - 1].entries;
    const auto parent = std::find_if(below.begin(), below.end(), [&](const Entry& entry) {
      return issued.parent == entry.trial && !entry.promoted;
    });
    if (parent == below.end()) {
      return false;
    }
    parent->promoted = true;
    const auto first = first_trial_.find(parent->trial);
    first_trial_[issued.trial] = first != first_trial_.end() ? first->second : parent->trial;
  }
  if (number == scouts_bracket && rung == 0) {
    agreement_.scout(issued.trial);
  }
  std::vector<Entry>& entries = bracket->rungs[rung].entries;
  places_[issued.trial] = {.bracket = number, .rung = rung, .entry = entries.size()};
  entries.push_back(
      {.trial = issued.trial, .configuration = space_.configuration(issued.assignment)});
  return true;
}

void Hyperband::take(const Finished& finished) {
  if (const auto outsider = outsiders_.find(finished.trial); outsider != outsiders_.end()) {
    configurations_.ended(finished.trial, outsider->second, finished.outcome, finished.objectives);
    outsiders_.erase(outsider);
    return;
  }
  const auto found = places_.find(finished.trial);
  if (found == places_.end()) {
    return;
  }
  const Place place = found->second;
  places_.erase(found);
  Bracket& bracket = *find(place.bracket);
  Rung& rung = bracket.rungs[place.rung];
  Entry& entry = rung.entries[place.entry];
  entry.value = value_of(finished);
  entry.ended = true;
  ++rung.ended;

  const std::size_t level = bracket.base + place.rung;
  std::uint32_t first = finished.trial;
  if (const auto known = first_trial_.find(finished.trial); known != first_trial_.end()) {
    first = known->second;
  }
  configurations_.ended(first, level, finished.outcome, finished.objectives);
  agreement_.add(first, level, entry.value);
  if (place.bracket != scouts_bracket) {
    close_finished(bracket);
  }
}

void Hyperband::take(const Known& known) {
  configurations_.known(space_.configuration(known.assignment),
                        ladder_.level_of(*space_.resource(known.assignment)), known.outcome,
                        known.objectives);
}

std::size_t Hyperband::promotions(const Rung& rung) const {
  const auto results = static_cast<std::size_t>(
      std::count_if(rung.entries.begin(), rung.entries.end(),
                    [](const Entry& entry) { return std::isfinite(entry.value); }));
  return std::min(results, std::max<std::size_t>(1, ladder_.share(rung.entries.size())));
}

bool Hyperband::decided(const Bracket& bracket, std::size_t rung, bool no_more) const {
  const Rung& here = bracket.rungs[rung];
  if (here.ended < here.entries.size()) {
    return false;
  }
  if (rung == 0) {
    return no_more || room(bracket) == 0;
  }
  return decided(bracket, rung - 1, no_more) &&
         here.entries.size() >= promotions(bracket.rungs[rung - 1]);
}

void Hyperband::close_finished(const Bracket& bracket) {
  for (std::size_t rung = 0; rung < bracket.rungs.size(); ++rung) {
    if (!decided(bracket, rung, false)) {
      return;
    }
    if (promotions(bracket.rungs[rung]) == 0) {
      break;
    }
  }
  open_.erase(open_.begin() + (&bracket - open_.data()));
}

void Hyperband::add_scouts(std::vector<Slot>& slots) const {
  const std::vector<Rung>& rungs = open_.front().rungs;
  for (std::size_t rung = ladder_.top(); rung-- > 0;) {
    for (const Entry& entry : rungs[rung].entries) {
      if (std::isfinite(entry.value) && !entry.promoted) {
        slots.push_back(
            {.bracket = scouts_bracket, .base = 0, .rung = rung + 1, .promoted = &entry});
      }
    }
  }
}

void Hyperband::add_promotions(const Bracket& bracket, bool no_more,
                               std::vector<Slot>& slots) const {
  for (std::size_t rung = bracket.rungs.size() - 1; rung-- > 0;) {
    const bool trusted = bracket.base + rung >= agreement_.lowest_trusted();
    if (!(trusted || no_more) || !decided(bracket, rung, no_more)) {
      continue;
    }
    std::vector<const Entry*> ranked;
    for (const Entry& entry : bracket.rungs[rung].entries) {
      ranked.push_back(&entry);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Entry* a, const Entry* b) { return a->value < b->value; });
    ranked.resize(promotions(bracket.rungs[rung]));
    for (const Entry* entry : ranked) {
      if (!entry->promoted) {
        slots.push_back(
            {.bracket = bracket.number, .base = bracket.base, .rung = rung + 1, .promoted = entry});
      }
    }
  }
}

std::vector<Hyperband::Slot> Hyperband::slots(std::size_t count, std::size_t fresh) const {
  std::vector<Slot> result;
  std::size_t left = fresh;
  const auto add_new = [&](std::size_t number, std::size_t base, std::size_t places) {
    for (; places > 0 && left > 0 && result.size() < count; --places, --left) {
      result.push_back({.bracket = number, .base = base, .rung = 0, .promoted = nullptr});
    }
  };
  add_scouts(result);
  for (std::size_t more = 0; agreement_.wants_scout(more) && left > 0 && result.size() < count;
       ++more) {
    add_new(scouts_bracket, 0, 1);
  }
  for (auto bracket = std::next(open_.begin()); bracket != open_.end() && result.size() < count;
       ++bracket) {
    add_promotions(*bracket, left == 0, result);
    if (bracket->base >= agreement_.lowest_trusted()) {
      add_new(bracket->number, bracket->base, room(*bracket));
    }
  }
  for (std::size_t number = opened_; left > 0 && result.size() < count; ++number) {
    add_new(number, base_of(number), width(number, base_of(number)));
  }
  result.resize(std::min(result.size(), count));
  return result;
}

Suggestion Hyperband::suggestion(const Slot& slot, const Assignment& configuration) const {
  return {.assignment = space_.assignment(configuration, ladder_.resource(slot.base + slot.rung)),
          .labels = to_labels({.bracket = slot.bracket, .rung = slot.rung}),
          .parent = slot.promoted != nullptr ? std::optional(slot.promoted->trial) : std::nullopt};
}

Suggestions Hyperband::ask(std::size_t count) const {
  std::vector<Slot> next = slots(count, std::numeric_limits<std::size_t>::max());
  const auto wanted = static_cast<std::size_t>(std::count_if(
      next.begin(), next.end(), [](const Slot& slot) { return slot.promoted == nullptr; }));
  const std::vector<Assignment> fresh =
      wanted > 0 ? configurations_.next(wanted, agreement_.lowest_trusted())
                 : std::vector<Assignment>{};
  if (fresh.size() < wanted) {
    // No further configuration will come: rungs that are not full are decided as they are.
    next = slots(count, fresh.size());
  }
  Suggestions answer;
  auto configuration = fresh.begin();
  for (const Slot& slot : next) {
    answer.items.push_back(suggestion(
        slot, slot.promoted != nullptr ? slot.promoted->configuration : *configuration++));
  }
  answer.exhausted = fresh.size() < wanted && answer.items.empty() && places_.empty();
  return answer;
}

}  // namespace diwan
