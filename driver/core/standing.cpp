// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/standing.hpp"

#include <algorithm>
#include <utility>

namespace diwan {
namespace {

/// Is `left` nowhere worse than `right` and somewhere better, both as losses?
bool dominates(const std::vector<double>& left, const std::vector<double>& right) {
  bool better = false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] > right[i]) {
      return false;
    }
    better = better || left[i] < right[i];
  }
  return better;
}

std::vector<std::uint32_t> pareto_front(std::vector<Candidate> all,
                                        std::span<const Direction> directions) {
  for (Candidate& candidate : all) {
    for (std::size_t i = 0; i < directions.size(); ++i) {
      double& value = candidate.objectives[i];
      value = directions[i] == Direction::minimize ? value : -value;
    }
  }
  // In lexicographic order only an earlier one can beat a later one, and if any does, so does one
  // of the front: O(n |front|).
  std::sort(all.begin(), all.end(),
            [](const Candidate& a, const Candidate& b) { return a.objectives < b.objectives; });
  std::vector<const Candidate*> front;
  for (const Candidate& mine : all) {
    const bool beaten = std::any_of(front.begin(), front.end(), [&mine](const Candidate* other) {
      return dominates(other->objectives, mine.objectives);
    });
    if (!beaten) {
      front.push_back(&mine);
    }
  }
  std::vector<std::uint32_t> numbers;
  numbers.reserve(front.size());
  for (const Candidate* candidate : front) {
    numbers.push_back(candidate->number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace

int exit_status(const Experiment& experiment) {
  const auto& stop = experiment.stop_asked();
  if (!experiment.finished()) {
    return stop && stop->kind == StopAsked::Kind::stop ? 5 : 75;
  }
  switch (experiment.completion()) {
    case Completion::max_failed:
      return 4;
    case Completion::no_metrics:
      return 3;
    default:
      return experiment.best() ? 0 : 3;
  }
}

std::optional<Candidate> candidate_of(const Experiment& experiment, const Trial& trial) {
  if (trial.status != TrialStatus::succeeded && trial.status != TrialStatus::early_stopped) {
    return std::nullopt;
  }
  Candidate candidate{.number = trial.number, .objectives = {}, .resource = {}};
  for (std::size_t i = 0; i < experiment.rules().directions.size(); ++i) {
    const auto value = experiment.objective(trial, i);
    if (!value) {
      return std::nullopt;
    }
    candidate.objectives.push_back(*value);
  }
  if (const auto resource = experiment.rules().resource) {
    candidate.resource = trial.assignment.values.at(*resource);
  }
  return candidate;
}

bool comes_before(const Candidate& left, const Candidate& right, Direction direction) {
  if (left.resource != right.resource) {
    return left.resource > right.resource;
  }
  const double mine = left.objectives.front();
  const double other = right.objectives.front();
  if (mine != other) {
    return direction == Direction::minimize ? mine < other : mine > other;
  }
  return left.number < right.number;
}

std::optional<double> highest_resource(std::span<const Candidate> candidates) {
  std::optional<double> highest;
  for (const Candidate& candidate : candidates) {
    highest = std::max(highest, candidate.resource);
  }
  return highest;
}

std::vector<std::uint32_t> ranking(std::vector<Candidate> candidates,
                                   std::span<const Direction> directions) {
  std::erase_if(candidates, [highest = highest_resource(candidates)](const Candidate& candidate) {
    return candidate.resource != highest;
  });
  if (directions.size() > 1) {
    return pareto_front(std::move(candidates), directions);
  }
  std::sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
    return comes_before(a, b, directions.front());
  });
  std::vector<std::uint32_t> numbers;
  numbers.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    numbers.push_back(candidate.number);
  }
  return numbers;
}

}  // namespace diwan
