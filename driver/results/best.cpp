// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/best.hpp"

#include <algorithm>

#include "driver/core/standing.hpp"
#include "driver/results/row.hpp"

namespace diwan {
namespace {

std::vector<Candidate> candidates_of(const Loaded& loaded, std::optional<std::size_t> resource) {
  std::vector<Candidate> candidates;
  for (const Trial& trial : loaded.experiment.trials()) {
    if (auto candidate = candidate_of(loaded.experiment, trial)) {
      candidate->resource = resource_of(loaded.spec.space, resource, trial.assignment);
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

std::optional<std::size_t> resource_parameter(const Spec& spec) {
  for (const auto& [name, value] : spec.algorithm.settings) {
    if (name == "resource_name") {
      return spec.space.index_of(value);
    }
  }
  return std::nullopt;
}

std::optional<double> resource_of(const SearchSpace& space, std::optional<std::size_t> parameter,
                                  const Assignment& assignment) {
  if (!parameter) {
    return std::nullopt;
  }
  const Value value = parameter_value(space, *parameter, assignment.values.at(*parameter));
  if (const auto* real = std::get_if<double>(&value.node())) {
    return *real;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value.node())) {
    return static_cast<double>(*integer);
  }
  return std::nullopt;
}

Best best_trials(const Loaded& loaded, std::optional<std::size_t> count) {
  const auto resource = resource_parameter(loaded.spec);
  const auto& directions = loaded.experiment.rules().directions;
  std::vector<Candidate> candidates = candidates_of(loaded, resource);
  Best best{.pareto = directions.size() > 1, .trials = {}, .resource_name = {}, .resource = 0};
  if (const auto highest = highest_resource(candidates)) {
    best.resource_name = loaded.spec.space.parameters()[*resource].name;
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
