// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/stopping_rungs.hpp"

#include <algorithm>
#include <variant>

#include "algorithms/rungs/labels.hpp"
#include "algorithms/space/shortest.hpp"

namespace diwan {

StoppingRungs::StoppingRungs(const Ladder& ladder, Configurations configurations, Brackets brackets)
    : ladder_(ladder),
      configurations_(std::move(configurations)),
      brackets_(brackets),
      agreement_(ladder),
      levels_(ladder.size()) {}

void StoppingRungs::tell(const Fact& fact) {
  std::visit([this](const auto& one) { take(one); }, fact);
}

/// Hyperband's brackets one after the other, again and again.
std::size_t StoppingRungs::base_of(std::size_t more) const {
  const std::size_t lowest = agreement_.lowest_trusted();
  if (brackets_ == Brackets::one) {
    return lowest;
  }
  std::uint64_t round = ladder_.starters(0);
  for (std::size_t base = 1; base < ladder_.size(); ++base) {
    round += ladder_.starters(base);
  }
  std::uint64_t place = (issued_ + more) % std::max<std::uint64_t>(round, 1);
  std::size_t base = 0;
  while (place >= ladder_.starters(base)) {
    place -= ladder_.starters(base++);
  }
  return std::max(base, lowest);
}

void StoppingRungs::take(const Issued& issued) {
  const std::optional<RungLabels> labels = rung_labels(issued.labels);
  const std::size_t base = labels ? std::min(labels->bracket, ladder_.top()) : 0;
  running_[issued.trial] = {.base = base};
  configurations_.issued(issued.trial, issued.assignment);
  if (base == ladder_.top()) {
    agreement_.scout(issued.trial);
  }
  ++issued_;
}

void StoppingRungs::take(const Reported& reported) {
  const auto found = running_.find(reported.trial);
  if (reported.objective != 0 || found == running_.end()) {
    return;
  }
  Trial& trial = found->second;
  while (trial.next < ladder_.size() &&
         static_cast<double>(reported.step) >= ladder_.resource(trial.next)) {
    const std::size_t level = trial.next++;
    levels_[level].emplace(reported.value, reported.trial);
    configurations_.ended(reported.trial, level, TrialOutcome::succeeded, {reported.value});
    agreement_.add(reported.trial, level, reported.value);
    judge(reported.trial, trial, level, reported.value);
  }
}

void StoppingRungs::judge(std::uint32_t number, const Trial& trial, std::size_t level,
                          double value) {
  const bool stopped = std::any_of(stops_.begin(), stops_.end(),
                                   [number](const auto& stop) { return stop.trial == number; });
  if (stopped || level == ladder_.top() || level < trial.base ||
      level < agreement_.lowest_trusted()) {
    return;
  }
  const std::set<Rank>& here = levels_[level];
  const std::size_t share = std::max<std::size_t>(1, ladder_.share(here.size()));
  const auto end = share < here.size() ? std::next(here.begin(), static_cast<std::ptrdiff_t>(share))
                                       : here.end();
  if (end != here.end() && !(Rank{value, number} < *end)) {
    const StopAdvice advice{.trial = number,
                            .rule = "at step " + shortest(ladder_.resource(level)) +
                                    " not among the best " + std::to_string(share) + " of " +
                                    std::to_string(here.size())};
    const auto place = std::lower_bound(
        stops_.begin(), stops_.end(), number,
        [](const StopAdvice& stop, std::uint32_t wanted) { return stop.trial < wanted; });
    stops_.insert(place, advice);
  }
}

void StoppingRungs::take(const Finished& finished) {
  const auto found = running_.find(finished.trial);
  if (found == running_.end()) {
    return;
  }
  std::erase_if(stops_, [&](const StopAdvice& stop) { return stop.trial == finished.trial; });
  const std::size_t next = found->second.next;
  running_.erase(found);
  if (finished.outcome == TrialOutcome::succeeded && next <= ladder_.top()) {
    // It ended before the last level: what it has then is its full result.
    configurations_.ended(finished.trial, ladder_.top(), finished.outcome, finished.objectives);
  } else if (finished.outcome != TrialOutcome::early_stopped) {
    configurations_.ended(finished.trial, next, finished.outcome, {});
  }
}

void StoppingRungs::take(const Known& known) {
  configurations_.known(known.assignment, ladder_.top(), known.outcome, known.objectives);
}

Suggestions StoppingRungs::ask(std::size_t count) const {
  Suggestions answer;
  std::size_t scouts = 0;
  for (Assignment& configuration : configurations_.next(count, agreement_.lowest_trusted())) {
    const bool scout = agreement_.wants_scout(scouts);
    const std::size_t base = scout ? ladder_.top() : base_of(answer.items.size());
    scouts += base == ladder_.top() ? 1 : 0;
    answer.items.push_back({.assignment = std::move(configuration),
                            .labels = to_labels({.bracket = base, .rung = 0}),
                            .parent = {}});
  }
  answer.exhausted = answer.items.size() < count;
  return answer;
}

}  // namespace diwan
