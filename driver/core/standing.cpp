// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/standing.hpp"

#include <algorithm>
#include <optional>

namespace diwan {
namespace {

bool eligible(const Trial& trial) {
  return trial.status == TrialStatus::succeeded || trial.status == TrialStatus::early_stopped;
}

/// All objectives, smaller is better; nothing when one is missing.
std::optional<std::vector<double>> losses(const Experiment& experiment, const Trial& trial) {
  std::vector<double> all;
  for (std::size_t i = 0; i < experiment.rules().directions.size(); ++i) {
    const auto value = experiment.objective(trial, i);
    if (!value) {
      return std::nullopt;
    }
    all.push_back(experiment.rules().directions[i] == Direction::minimize ? *value : -*value);
  }
  return all;
}

struct Candidate {
  std::vector<double> losses;
  std::uint32_t number = 0;
};

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) {
      return false;
    }
    better = better || a[i] < b[i];
  }
  return better;
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

std::vector<std::uint32_t> ranking(const Experiment& experiment, std::size_t count) {
  struct Entry {
    double loss = 0;
    std::uint32_t number = 0;
  };
  std::vector<Entry> entries;
  const bool maximize = !experiment.rules().directions.empty() &&
                        experiment.rules().directions.front() == Direction::maximize;
  for (const Trial& trial : experiment.trials()) {
    const auto value = eligible(trial) ? experiment.objective(trial) : std::nullopt;
    if (value) {
      entries.push_back({.loss = maximize ? -*value : *value, .number = trial.number});
    }
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.loss < b.loss; });
  std::vector<std::uint32_t> numbers;
  // A text objective has no order: its best is the latest, and stands alone before the numbers.
  if (const auto best = experiment.best(); best && !experiment.objective(experiment.trial(*best))) {
    numbers.push_back(*best);
  }
  for (const Entry& entry : entries) {
    numbers.push_back(entry.number);
  }
  numbers.resize(std::min(count, numbers.size()));
  return numbers;
}

std::vector<std::uint32_t> pareto_front(const Experiment& experiment) {
  std::vector<Candidate> all;
  for (const Trial& trial : experiment.trials()) {
    if (auto found = eligible(trial) ? losses(experiment, trial) : std::nullopt) {
      all.push_back({.losses = std::move(*found), .number = trial.number});
    }
  }
  // In lexicographic order only an earlier one can beat a later one, and if any does, so does one
  // of the front: O(n |front|).
  std::sort(all.begin(), all.end(),
            [](const Candidate& a, const Candidate& b) { return a.losses < b.losses; });
  std::vector<const Candidate*> front;
  for (const Candidate& mine : all) {
    const bool beaten = std::any_of(front.begin(), front.end(), [&mine](const Candidate* other) {
      return dominates(other->losses, mine.losses);
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

}  // namespace diwan
