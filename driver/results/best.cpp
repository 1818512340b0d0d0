// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/best.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "driver/core/standing.hpp"
#include "driver/results/row.hpp"

namespace diwan {
namespace {

std::vector<Candidate> candidates_of(const Loaded& loaded) {
  std::vector<Candidate> candidates;
  for (const Trial& trial : loaded.experiment.trials()) {
    if (auto candidate = candidate_of(loaded.experiment, trial)) {
      candidates.push_back(*std::move(candidate));
    }
  }
  return candidates;
}

/// Where the best objective is a text (a genotype of DARTS) the latest one, which has no rank.
std::optional<std::uint32_t> latest_text(const Experiment& experiment) {
  const auto best = experiment.best();
  return best && !experiment.objective(experiment.trial(*best)) ? best : std::nullopt;
}

/// @param candidates  all of the experiment
std::vector<std::uint32_t> ranked(const Loaded& loaded, std::vector<Candidate> candidates) {
  const auto& directions = loaded.experiment.rules().directions;
  std::vector<std::uint32_t> trials = ranking(std::move(candidates), directions);
  if (const auto text = latest_text(loaded.experiment); text && directions.size() == 1) {
    trials.insert(trials.begin(), *text);
  }
  return trials;
}

/// Of a confirmation, by the means of what it confirms.
Best best_means(const Loaded& loaded, std::optional<std::size_t> count) {
  const auto& directions = loaded.experiment.rules().directions;
  const std::vector<Confirmed> all = confirmation_in(loaded).trials;
  std::vector<Candidate> candidates;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (!all[i].runs.empty()) {
      Candidate& candidate = candidates.emplace_back();
      candidate.number = i;
      for (const Repeated& objective : all[i].objectives) {
        candidate.objectives.push_back(*objective.mean());
      }
    }
  }
  Best best;
  best.pareto = directions.size() > 1;
  std::vector<std::uint32_t> ranked = ranking(std::move(candidates), directions);
  ranked.resize(std::min(ranked.size(), count.value_or(best.pareto ? ranked.size() : 1)));
  for (const std::uint32_t i : ranked) {
    best.trials.push_back(*all[i].nearest());
    best.confirmed.push_back(all[i]);
  }
  return best;
}

}  // namespace

std::optional<std::uint32_t> best_trial(const Loaded& loaded) {
  if (!loaded.spec.confirms) {
    return loaded.experiment.best();
  }
  const std::vector<std::uint32_t> best = best_means(loaded, 1).trials;
  return best.empty() ? std::nullopt : std::optional(best.front());
}

Best best_trials(const Loaded& loaded, std::optional<std::size_t> count) {
  if (loaded.spec.confirms) {
    return best_means(loaded, count);
  }
  std::vector<Candidate> candidates = candidates_of(loaded);
  Best best;
  best.pareto = loaded.experiment.rules().directions.size() > 1;
  if (const auto highest = highest_resource(candidates)) {
    best.resource_name = loaded.spec.space.parameters()[*loaded.experiment.rules().resource].name;
    best.resource = *highest;
  }
  best.trials = ranked(loaded, std::move(candidates));
  const std::size_t most = count.value_or(best.pareto ? best.trials.size() : 1);
  best.trials.resize(std::min(best.trials.size(), most));
  return best;
}

std::vector<std::uint32_t> ranked_trials(const Loaded& loaded) {
  std::vector<std::uint32_t> alone = ranked(loaded, candidates_of(loaded));
  if (!loaded.spec.confirms) {
    return alone;
  }
  std::vector<std::uint32_t> trials = best_means(loaded, alone.size()).trials;
  if (loaded.experiment.rules().directions.size() == 1) {
    const std::set<std::uint32_t> nearest(trials.begin(), trials.end());
    std::ranges::copy_if(alone, std::back_inserter(trials),
                         [&](std::uint32_t run) { return !nearest.contains(run); });
  }
  return trials;
}

}  // namespace diwan
