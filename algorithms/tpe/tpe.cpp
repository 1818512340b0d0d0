// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/tpe.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <queue>
#include <utility>

#include "algorithms/rng.hpp"
#include "algorithms/settings.hpp"
#include "algorithms/sobol.hpp"
#include "algorithms/streams.hpp"

namespace diwan {
namespace {

constexpr std::size_t most_good = 25;

template <class Densities>
void insert(Densities& densities, const SearchSpace& space, const Assignment& assignment) {
  for (std::size_t d = 0; d < densities.size(); ++d) {
    const double value = assignment.values.at(d);
    if (std::isnan(value)) {
      continue;
    }
    if (auto* const numeric = std::get_if<NumericParzen>(&densities[d])) {
      numeric->insert(space.axis(d).position(value));
    } else {
      std::get<CategoricalParzen>(densities[d]).insert(value);
    }
  }
}

template <class Densities>
void erase(Densities& densities, const SearchSpace& space, const Assignment& assignment) {
  for (std::size_t d = 0; d < densities.size(); ++d) {
    const double value = assignment.values.at(d);
    if (std::isnan(value)) {
      continue;
    }
    if (auto* const numeric = std::get_if<NumericParzen>(&densities[d])) {
      numeric->erase(space.axis(d).position(value));
    } else {
      std::get<CategoricalParzen>(densities[d]).erase(value);
    }
  }
}

void fill(NumericParzen& density, const Axis& axis,
          std::vector<NumericParzen::Observation> observations) {
  for (NumericParzen::Observation& observation : observations) {
    observation.position = axis.position(observation.position);
  }
  density.fill(std::move(observations));
}

void fill(CategoricalParzen& density, const Axis& /*axis*/,
          const std::vector<NumericParzen::Observation>& observations) {
  for (const NumericParzen::Observation& observation : observations) {
    density.insert(observation.position, observation.weight);
  }
}

std::unique_ptr<PointSequence> startup_sequence(const SearchSpace& space, std::uint64_t seed) {
  if (space.size() <= Sobol::most_dimensions) {
    return std::make_unique<SobolSequence>(space, seed);
  }
  return std::make_unique<RandomSequence>(space, seed);
}

template <class Density>
double log_probability(const Density& density, const Axis& axis, double value, double position) {
  if constexpr (std::is_same_v<Density, NumericParzen>) {
    return axis.count() ? density.log_mass(axis.cell(value)) : density.log_density(position);
  } else {
    return density.log_mass(value);
  }
}

}  // namespace

TpeOptions tpe_options(const Settings& settings) {
  TpeOptions options;
  options.gamma = real_setting(settings, "gamma");
  options.prior_weight = real_setting(settings, "prior_weight").value_or(options.prior_weight);
  if (const auto count = integer_setting(settings, "n_EI_candidates")) {
    options.candidates = static_cast<std::size_t>(*count);
  }
  if (const auto count = integer_setting(settings, "n_startup_trials")) {
    options.startup = static_cast<std::size_t>(*count);
  }
  return options;
}

Tpe::Tpe(const SearchSpace& space, const TpeOptions& options, std::uint64_t seed,
         const SpaceConditions& conditions)
    : space_(space),
      options_(options),
      parzen_{.prior_weight = options.prior_weight},
      seed_(seed),
      startup_(space, startup_sequence(space, seed), seed),
      seen_(space, conditions),
      bad_densities_(empty_densities()) {}

std::vector<Tpe::Density> Tpe::empty_densities() const {
  std::vector<Density> densities;
  densities.reserve(space_.size());
  for (std::size_t d = 0; d < space_.size(); ++d) {
    const Axis& axis = space_.axis(d);
    if (axis.ordered()) {
      densities.emplace_back(NumericParzen(axis, parzen_));
    } else {
      densities.emplace_back(CategoricalParzen(static_cast<std::size_t>(*axis.count()), parzen_));
    }
  }
  return densities;
}

std::size_t Tpe::observe(const Assignment& assignment) {
  observations_.push_back(assignment);
  insert(bad_densities_, space_, assignment);
  seen_.add(assignment);
  return observations_.size() - 1;
}

void Tpe::tell(const Fact& fact) {
  if (const auto* const issued = std::get_if<Issued>(&fact)) {
    ++issued_;
    running_[issued->trial] = observe(issued->assignment);
  } else if (const auto* const known = std::get_if<Known>(&fact)) {
    finish(observe(known->assignment), known->outcome, known->objectives);
  } else if (const auto* const finished = std::get_if<Finished>(&fact)) {
    if (const auto found = running_.find(finished->trial); found != running_.end()) {
      const std::size_t observation = found->second;
      running_.erase(found);
      finish(observation, finished->outcome, finished->objectives);
    }
  }
}

void Tpe::finish(std::size_t observation, TrialOutcome outcome,
                 const std::vector<double>& objectives) {
  ++ended_;
  const bool early_stopped = outcome == TrialOutcome::early_stopped;
  if ((outcome == TrialOutcome::succeeded || early_stopped) && !objectives.empty()) {
    bad_.insert(
        {.early_stopped = early_stopped, .value = objectives.front(), .observation = observation});
    divide();
  }
}

std::size_t Tpe::good_size() const {
  const auto n = static_cast<double>(good_.size() + bad_.size());
  const double size = options_.gamma ? *options_.gamma * std::sqrt(n) : 0.15 * n;
  return std::min(static_cast<std::size_t>(std::ceil(size)), most_good);
}

void Tpe::divide() {
  const std::size_t size = good_size();
  const std::optional<double> best_bad_before = best_bad_;
  bool changed = false;
  // One result came, so at most one goes up for its rank and one for the size, and one comes down.
  while (!bad_.empty() &&
         (good_.size() < size || (!good_.empty() && *bad_.begin() < *good_.rbegin()))) {
    const auto node = bad_.extract(bad_.begin());
    erase(bad_densities_, space_, observations_[node.value().observation]);
    good_.insert(node.value());
    changed = true;
  }
  while (good_.size() > size) {
    const auto node = good_.extract(std::prev(good_.end()));
    insert(bad_densities_, space_, observations_[node.value().observation]);
    bad_.insert(node.value());
  }
  best_bad_ = bad_.empty() ? std::nullopt : std::optional(bad_.begin()->value);
  if (changed || best_bad_ != best_bad_before) {
    good_densities_.reset();
  }
}

std::vector<Tpe::Density> Tpe::good_densities() const {
  // Expected improvement weights: how far below the best of the bad group.
  std::vector<double> weights;
  double mean = 1;
  for (const Rank& rank : good_) {
    weights.push_back(best_bad_ ? std::max(1e-12, *best_bad_ - rank.value) : 1);
  }
  if (!weights.empty()) {
    mean =
        std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
  }
  std::vector<Density> densities = empty_densities();
  for (std::size_t d = 0; d < densities.size(); ++d) {
    std::vector<NumericParzen::Observation> observations;
    auto weight = weights.begin();
    for (const Rank& rank : good_) {
      const double value = observations_[rank.observation].values.at(d);
      if (!std::isnan(value)) {
        observations.push_back({.position = value, .weight = *weight});
      }
      ++weight;
    }
    std::visit(
        [&](auto& density) {
          density.weigh_prior(options_.prior_weight * mean);
          fill(density, space_.axis(d), std::move(observations));
        },
        densities[d]);
  }
  return densities;
}

Tpe::Candidates Tpe::candidates(std::size_t dimension, const Density& good,
                                std::uint64_t index) const {
  const Axis& axis = space_.axis(dimension);
  if (axis.count() == 1U) {
    return {{.value = axis.value_at(0), .score = 0}};
  }
  Draw draw(seed_, streams::tpe + dimension, index);
  Candidates drawn;
  drawn.reserve(options_.candidates);
  std::visit(
      [&]<class Kind>(const Kind& likely) {
        const Kind& unlikely = std::get<Kind>(bad_densities_[dimension]);
        for (std::size_t i = 0; i < options_.candidates; ++i) {
          const double at = likely.sample(draw);
          const double value = axis.value(at);
          const bool repeated = std::any_of(drawn.begin(), drawn.end(), [value](const auto& other) {
            return other.value == value;
          });
          if (!repeated) {
            drawn.push_back({.value = value,
                             .score = log_probability(likely, axis, value, at) -
                                      log_probability(unlikely, axis, value, at)});
          }
        }
      },
      good);
  std::stable_sort(drawn.begin(), drawn.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  return drawn;
}

std::optional<Assignment> Tpe::best_unseen(const std::vector<Candidates>& candidates) const {
  // Combinations in falling order of their total score: each is reached once, from the one that
  // has a better candidate at the last parameter where it has not the best.
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
  Combination best{
      .score = 0, .last = 0, .picks = std::vector<std::uint32_t>(candidates.size(), 0)};
  for (const Candidates& list : candidates) {
    best.score += list.front().score;
  }
  open.push(std::move(best));
  for (int tries = 0; tries < patience && !open.empty(); ++tries) {
    const Combination next = open.top();
    open.pop();
    Assignment assignment;
    for (std::size_t d = 0; d < candidates.size(); ++d) {
      assignment.values.push_back(candidates[d][next.picks[d]].value);
    }
    if (std::optional<Assignment> fresh = seen_.fresh(std::move(assignment))) {
      return fresh;
    }
    for (std::size_t d = next.last; d < candidates.size(); ++d) {
      const std::size_t pick = next.picks[d];
      if (pick + 1 < candidates[d].size()) {
        Combination further = next;
        further.last = d;
        ++further.picks[d];
        further.score += candidates[d][pick + 1].score - candidates[d][pick].score;
        open.push(std::move(further));
      }
    }
  }
  return std::nullopt;
}

std::optional<Assignment> Tpe::modelled(std::uint64_t index, UnseenWalk::Place& place) const {
  if (seen_.full()) {
    return std::nullopt;
  }
  if (!good_densities_) {
    good_densities_ = good_densities();
  }
  std::vector<Candidates> all;
  all.reserve(space_.size());
  for (std::size_t d = 0; d < space_.size(); ++d) {
    all.push_back(candidates(d, (*good_densities_)[d], index));
  }
  std::optional<Assignment> best = best_unseen(all);
  return best ? best : startup_.next(index, seen_, place);
}

Suggestions Tpe::ask(std::size_t count) const {
  Suggestions answer;
  std::vector<bool> lent;
  UnseenWalk::Place ahead = place_;
  const bool modelling = ended_ >= options_.startup;
  while (answer.items.size() < count) {
    const std::uint64_t index = issued_ + answer.items.size();
    std::optional<Assignment> point =
        modelling ? modelled(index, ahead) : startup_.next(index, seen_, ahead);
    if (!point) {
      answer.exhausted = true;
      break;
    }
    if (answer.items.empty()) {
      place_ = ahead;
    }
    lent.push_back(seen_.add(*point));
    if (modelling && answer.items.size() + 1 < count) {
      insert(bad_densities_, space_, *point);
    }
    answer.items.push_back({.assignment = std::move(*point), .labels = {}, .parent = {}});
  }
  for (std::size_t i = 0; i < answer.items.size(); ++i) {
    if (lent[i]) {
      seen_.remove(answer.items[i].assignment);
    }
    if (modelling && i + 1 < count) {
      erase(bad_densities_, space_, answer.items[i].assignment);
    }
  }
  return answer;
}

}  // namespace diwan
