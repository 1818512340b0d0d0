// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/best.hpp"

#include <algorithm>

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

}  // namespace

Best best_trials(const Loaded& loaded, std::optional<std::size_t> count) {
  const auto& directions = loaded.experiment.rules().directions;
  std::vector<Candidate> candidates = candidates_of(loaded);
  Best best{.pareto = directions.size() > 1, .trials = {}, .resource_name = {}, .resource = 0};
  if (const auto highest = highest_resource(candidates)) {
    best.resource_name = loaded.spec.space.parameters()[*loaded.experiment.rules().resource].name;
    best.resource = *highest;
  }
  best.trials = ranking(std::move(candidates), directions);
  if (const auto text = latest_text(loaded.experiment); text && !best.pareto) {
    best.trials.insert(best.trials.begin(), *text);
  }
  const std::size_t most = count.value_or(best.pareto ? best.trials.size() : 1);
  best.trials.resize(std::min(best.trials.size(), most));
  return best;
}

}  // namespace diwan
