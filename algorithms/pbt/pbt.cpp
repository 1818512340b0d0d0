// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/pbt/pbt.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "algorithms/sobol.hpp"
#include "algorithms/streams.hpp"

namespace diwan {
namespace {

/// The whole number nearest to a share of `count`: of 0.2 one of three, none of two.
std::size_t part_of(std::size_t count, double share) {
  return static_cast<std::size_t>(std::floor(share * static_cast<double>(count) + 0.5 + 1e-9));
}

}  // namespace

Pbt::Pbt(const Problem& problem, const PbtOptions& options)
    : options_(options),
      seed_(problem.seed),
      exploration_(problem.space, problem.conditions, options.resample),
      walk_(problem.space, even_sequence(problem.space, problem.seed), problem.seed),
      founders_(problem.space, problem.conditions) {}

void Pbt::tell(const Fact& fact) {
  std::visit([this](const auto& one) { take(one); }, fact);
}

/// The place that takes a trial.
Pbt::Running Pbt::issue(Population& population, const Labels& labels,
                        const Assignment& assignment) {
  std::vector<Member>& members = population.members;
  const std::optional<MemberLabels> place = member_labels(labels);
  std::size_t member = place ? place->member - 1 : members.size();
  if (member >= members.size() || members[member].running) {
    member = members.size();
    members.emplace_back();
  }
  members[member].running = true;
  members[member].assignment = assignment;
  ++population.issued;
  return {.member = member, .generation = place ? place->generation : 0};
}

void Pbt::take(const Issued& issued) {
  running_[issued.trial] = issue(population_, issued.labels, issued.assignment);
  if (!issued.parent) {
    founders_.add(issued.assignment);
  }
}

void Pbt::take(const Finished& finished) {
  const auto found = running_.find(finished.trial);
  if (found == running_.end()) {
    return;
  }
  const Running& trial = found->second;
  Member& member = population_.members[trial.member];
  member.running = false;
  member.failed = !has_result(finished.outcome) || finished.objectives.empty();
  if (!member.failed) {
    const Rank rank{.value = finished.objectives.front(), .trial = finished.trial};
    generations_.resize(std::max(generations_.size(), trial.generation + 1));
    std::vector<Rank>& results = generations_[trial.generation];
    results.insert(std::upper_bound(results.begin(), results.end(), rank), rank);
    member.standing = {
        .rank = rank, .generation = trial.generation, .assignment = member.assignment};
  }
  running_.erase(found);
}

void Pbt::take(const Known& known) {
  if (!has_result(known.outcome) || known.objectives.empty() ||
      !founders_.conditions().complete(known.assignment) ||
      !founders_.conditions().allows(known.assignment)) {
    return;
  }
  known_.insert({.value = known.objectives.front(),
                 .trial = static_cast<std::uint32_t>(known_assignments_.size())});
  known_assignments_.push_back(known.assignment);
}

bool Pbt::loses(const Member& member) const {
  if (member.failed || !member.standing) {
    return true;
  }
  const std::vector<Rank>& results = generations_[member.standing->generation];
  std::size_t worst = part_of(results.size(), options_.truncation);
  if (results.size() >= options_.population && options_.truncation > 0) {
    worst = std::max<std::size_t>(worst, 1);
  }
  const auto at = std::lower_bound(results.begin(), results.end(), member.standing->rank);
  return static_cast<std::size_t>(results.end() - at) <= worst;
}

/// Who goes on next: of those that do not run the earliest generation, and of it the best. Where
/// the population is larger than it is meant to be, so many that would be copies come after all
/// others: they are taken up again only where nobody else is left.
std::optional<Pbt::Turn> Pbt::turn(const Population& population) const {
  struct Ready {
    std::size_t generation = 0;
    double value = std::numeric_limits<double>::infinity();
    Turn turn;
    bool operator<(const Ready& other) const {
      return std::tie(generation, value, turn.member) <
             std::tie(other.generation, other.value, other.turn.member);
    }
  };
  std::vector<Ready> goes_on;
  std::vector<Ready> copies;
  for (std::size_t m = 0; m < population.members.size(); ++m) {
    const Member& member = population.members[m];
    if (member.running) {
      continue;
    }
    Ready ready{.turn = {.member = m, .copies = loses(member)}};
    if (member.standing) {
      ready.generation = member.standing->generation + 1;
      ready.value = member.standing->rank.value;
    }
    (ready.turn.copies ? copies : goes_on).push_back(ready);
  }
  std::sort(copies.begin(), copies.end());
  const std::size_t size = population.members.size();
  const std::size_t surplus =
      std::min(size > options_.population ? size - options_.population : 0, copies.size());
  if (surplus < copies.size()) {
    goes_on.push_back(copies[surplus]);
  }
  if (!goes_on.empty()) {
    return std::min_element(goes_on.begin(), goes_on.end())->turn;
  }
  return copies.empty() ? std::nullopt : std::optional(copies.front().turn);
}

/// The best by their latest results, at least one where there is any.
std::vector<const Pbt::Standing*> Pbt::winners(const Population& population) const {
  std::vector<const Standing*> best;
  for (const Member& member : population.members) {
    if (member.standing) {
      best.push_back(&*member.standing);
    }
  }
  std::sort(best.begin(), best.end(),
            [](const Standing* a, const Standing* b) { return a->rank < b->rank; });
  const auto part =
      static_cast<std::size_t>(options_.truncation * static_cast<double>(best.size()));
  best.resize(std::min(best.size(), std::max<std::size_t>(part, 1)));
  return best;
}

/// A new point, if there is one that none has been yet.
std::optional<Suggestion> Pbt::founder(std::size_t member, UnseenWalk::Place& place) const {
  const std::uint64_t before = founders_.size();
  std::optional<Assignment> point;
  if (before % 2 == 0) {
    for (const Rank& rank : known_) {
      point = founders_.fresh(known_assignments_[rank.trial]);
      if (point) {
        break;
      }
    }
  }
  if (!point) {
    point = walk_.next(before, founders_, place);
  }
  if (!point) {
    return std::nullopt;
  }
  return Suggestion{.assignment = *std::move(point),
                    .labels = to_labels({.generation = 0, .member = member + 1}),
                    .parent = {}};
}

/// What `member` goes on as: a copy of one of the best, with values near its.
Suggestion Pbt::copy(std::size_t member, const Population& population) const {
  Draw draw(seed_, streams::pbt, population.issued);
  const std::vector<const Standing*> best = winners(population);
  const Standing& winner = *best[draw.below(best.size())];
  const auto taken = [&population](const Assignment& assignment) {
    return std::any_of(population.members.begin(), population.members.end(),
                       [&](const Member& other) { return other.assignment == assignment; });
  };
  return {.assignment = exploration_.near(winner.assignment, draw, taken),
          .labels = to_labels({.generation = winner.generation + 1, .member = member + 1}),
          .parent = winner.rank.trial};
}

std::optional<Suggestion> Pbt::next(const Population& population, UnseenWalk::Place& place) const {
  const std::size_t size = population.members.size();
  if (size < options_.population) {
    if (std::optional<Suggestion> first = founder(size, place)) {
      return first;
    }
  }
  const std::optional<Turn> turn = this->turn(population);
  const std::size_t member = turn ? turn->member : size;
  if (turn && !turn->copies) {
    const Standing& own = *population.members[member].standing;
    return Suggestion{.assignment = own.assignment,
                      .labels = to_labels({.generation = own.generation + 1, .member = member + 1}),
                      .parent = own.rank.trial};
  }
  return generations_.empty() ? founder(member, place) : std::optional(copy(member, population));
}

Suggestions Pbt::ask(std::size_t count) const {
  Suggestions answer;
  Population ahead = population_;
  std::vector<Assignment> lent;
  UnseenWalk::Place place = place_;
  while (answer.items.size() < count) {
    std::optional<Suggestion> one = next(ahead, place);
    if (answer.items.empty()) {
      place_ = place;
    }
    if (!one) {
      // Every point was tried, and none has a result: what runs may bring one.
      answer.exhausted = std::none_of(ahead.members.begin(), ahead.members.end(),
                                      [](const Member& member) { return member.running; });
      break;
    }
    if (!one->parent && founders_.add(one->assignment)) {
      lent.push_back(one->assignment);
    }
    issue(ahead, one->labels, one->assignment);
    answer.items.push_back(*std::move(one));
  }
  for (const Assignment& assignment : lent) {
    founders_.remove(assignment);
  }
  return answer;
}

}  // namespace diwan
