// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/baseline.hpp"

#include <algorithm>
#include <stdexcept>

#include "driver/results/best.hpp"
#include "driver/results/comparison.hpp"

namespace diwan {
namespace {

constexpr std::size_t least_results = 5;

/// Numbers of the trials that may be best, ascending.
std::vector<std::uint32_t> with_result(const Loaded& loaded) {
  std::vector<std::uint32_t> trials;
  for (const std::uint32_t number : ranked_trials(loaded)) {
    if (loaded.experiment.objective(loaded.experiment.trial(number))) {
      trials.push_back(number);
    }
  }
  std::sort(trials.begin(), trials.end());
  return trials;
}

/// When the first trial ended.
std::optional<Time> first_end(const Experiment& experiment) {
  std::optional<Time> first;
  for (const Trial& trial : experiment.trials()) {
    if (trial.end && (!first || *trial.end < *first)) {
      first = trial.end;
    }
  }
  return first;
}

std::string name_of(const std::filesystem::path& directory) {
  const auto whole = std::filesystem::absolute(directory).lexically_normal();
  const auto last = whole.has_filename() ? whole : whole.parent_path();
  return (last.extension() == ".diwan" ? last.stem() : last.filename()).string();
}

}  // namespace

bool is_random_search(const std::string& algorithm) {
  return algorithm == "random" || algorithm == "sobol";
}

std::optional<statistics::BestOf> Baseline::best_of(std::size_t draws, Direction direction) const {
  const std::size_t most = std::min(draws, results.size());
  if (most == 0 || blind) {
    return statistics::best_of(results, most, direction);
  }
  const auto end = results.begin() + static_cast<std::ptrdiff_t>(most);
  const double best = direction == Direction::minimize ? *std::min_element(results.begin(), end)
                                                       : *std::max_element(results.begin(), end);
  return statistics::BestOf{.draws = most, .expected = best, .low = best, .high = best};
}

std::optional<Baseline> own_baseline(const Loaded& loaded) {
  const Experiment& experiment = loaded.experiment;
  const std::string& algorithm = loaded.spec.algorithm.name;
  const auto first = first_end(experiment);
  if (experiment.rules().directions.size() > 1 || algorithm == "grid" ||
      is_random_search(algorithm) || !experiment.owner().known.empty() || !first) {
    return std::nullopt;
  }
  Baseline baseline{.label = {}, .algorithm = algorithm, .blind = true, .results = {}};
  for (const std::uint32_t number : with_result(loaded)) {
    const Trial& trial = experiment.trial(number);
    if (number > loaded.spec.initial_trials.size() && trial.suggested_at < *first) {
      baseline.results.push_back(*experiment.objective(trial));
    }
  }
  return baseline.results.size() < least_results ? std::nullopt : std::optional(baseline);
}

Baseline baseline_of(const Loaded& search, const Loaded& other) {
  refuse_without_common_measure(search, other);
  Baseline baseline{.label = name_of(other.directory),
                    .algorithm = other.spec.algorithm.name,
                    .blind = is_random_search(other.spec.algorithm.name),
                    .results = {}};
  for (const std::uint32_t number : with_result(other)) {
    baseline.results.push_back(*other.experiment.objective(other.experiment.trial(number)));
  }
  if (baseline.results.empty()) {
    throw std::invalid_argument(other.directory.string() +
                                " has no trial that ended with a finite objective, and nothing to "
                                "compare with");
  }
  return baseline;
}

}  // namespace diwan
