// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/best.hpp"

#include <algorithm>

#include "driver/results/row.hpp"

namespace diwan {
namespace {

bool better(double left, double right, Direction direction) {
  return direction == Direction::minimize ? left < right : left > right;
}

/// Is `left` nowhere worse than `right` and somewhere better?
bool dominates(const Candidate& left, const Candidate& right,
               std::span<const Direction> directions) {
  bool somewhere_better = false;
  for (std::size_t d = 0; d < directions.size(); ++d) {
    if (better(right.objectives[d], left.objectives[d], directions[d])) {
      return false;
    }
    somewhere_better |= better(left.objectives[d], right.objectives[d], directions[d]);
  }
  return somewhere_better;
}

std::vector<std::uint32_t> pareto_front(const std::vector<Candidate>& candidates,
                                        std::span<const Direction> directions) {
  std::vector<std::uint32_t> front;
  for (const Candidate& candidate : candidates) {
    const bool beaten = std::any_of(
        candidates.begin(), candidates.end(),
        [&](const Candidate& other) { return dominates(other, candidate, directions); });
    if (!beaten) {
      front.push_back(candidate.number);
    }
  }
  return front;
}

/// The number a trial's resource parameter stands for.
std::optional<double> resource_of(const Loaded& loaded, std::optional<std::size_t> parameter,
                                  const Trial& trial) {
  if (!parameter) {
    return std::nullopt;
  }
  const Value value =
      parameter_value(loaded.spec.space, *parameter, trial.assignment.values.at(*parameter));
  if (const auto* real = std::get_if<double>(&value.node())) {
    return *real;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value.node())) {
    return static_cast<double>(*integer);
  }
  return std::nullopt;
}

bool usable(const Trial& trial) {
  return trial.status == TrialStatus::succeeded || trial.status == TrialStatus::early_stopped;
}

std::vector<Candidate> candidates_of(const Loaded& loaded, std::optional<std::size_t> resource) {
  const std::size_t objectives = loaded.experiment.rules().directions.size();
  std::vector<Candidate> candidates;
  for (const Trial& trial : loaded.experiment.trials()) {
    Candidate candidate{trial.number, {}, resource_of(loaded, resource, trial)};
    for (std::size_t o = 0; o < objectives && usable(trial); ++o) {
      if (const auto value = loaded.experiment.objective(trial, o)) {
        candidate.objectives.push_back(*value);
      }
    }
    if (usable(trial) && candidate.objectives.size() == objectives) {
      candidates.push_back(std::move(candidate));
    }
  }
  return candidates;
}

/// Where the objective is a text (a genotype of DARTS) the latest stands for the best.
std::vector<std::uint32_t> latest_text(const Loaded& loaded) {
  const Trial* latest = nullptr;
  for (const Trial& trial : loaded.experiment.trials()) {
    const bool text =
        usable(trial) && !trial.metrics.empty() && !trial.metrics.front().latest_text.empty();
    if (text && (latest == nullptr || trial.end.value_or(Time{}) >= latest->end.value_or(Time{}))) {
      latest = &trial;
    }
  }
  return latest == nullptr ? std::vector<std::uint32_t>() : std::vector{latest->number};
}

}  // namespace

std::optional<double> highest_resource(std::span<const Candidate> candidates) {
  std::optional<double> highest;
  for (const Candidate& candidate : candidates) {
    if (candidate.resource && (!highest || *candidate.resource > *highest)) {
      highest = candidate.resource;
    }
  }
  return highest;
}

std::vector<std::uint32_t> rank(std::vector<Candidate> candidates,
                                std::span<const Direction> directions) {
  if (const auto highest = highest_resource(candidates)) {
    std::erase_if(candidates, [&](const Candidate& c) { return c.resource != highest; });
  }
  if (directions.size() > 1) {
    return pareto_front(candidates, directions);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const Candidate& left, const Candidate& right) {
                     return better(left.objectives[0], right.objectives[0], directions[0]);
                   });
  std::vector<std::uint32_t> numbers;
  for (const Candidate& candidate : candidates) {
    numbers.push_back(candidate.number);
  }
  return numbers;
}

std::optional<std::size_t> resource_parameter(const Spec& spec) {
  for (const auto& [name, value] : spec.algorithm.settings) {
    if (name == "resource_name") {
      return spec.space.index_of(value);
    }
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
  best.trials = rank(std::move(candidates), directions);
  if (best.trials.empty() && !best.pareto) {
    best.trials = latest_text(loaded);
  }
  const std::size_t most = count.value_or(best.pareto ? best.trials.size() : 1);
  best.trials.resize(std::min(best.trials.size(), most));
  return best;
}

}  // namespace diwan
