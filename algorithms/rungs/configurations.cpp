// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/configurations.hpp"

#include <algorithm>
#include <utility>

namespace diwan {
namespace {

SearchSpace without(const SearchSpace& space, std::optional<std::size_t> parameter) {
  std::vector<Parameter> parameters = space.parameters();
  if (parameter) {
    parameters.erase(parameters.begin() + static_cast<std::ptrdiff_t>(*parameter));
  }
  return SearchSpace(std::move(parameters));
}

}  // namespace

ResourceSpace::ResourceSpace(const SearchSpace& whole, std::optional<std::size_t> resource)
    : searched_(without(whole, resource)), resource_(resource) {}

Assignment ResourceSpace::configuration(const Assignment& assignment) const {
  Assignment result = assignment;
  if (resource_) {
    result.values.erase(result.values.begin() + static_cast<std::ptrdiff_t>(*resource_));
  }
  return result;
}

Assignment ResourceSpace::assignment(const Assignment& configuration, double resource) const {
  Assignment result = configuration;
  if (resource_) {
    result.values.insert(result.values.begin() + static_cast<std::ptrdiff_t>(*resource_), resource);
  }
  return result;
}

std::optional<double> ResourceSpace::resource(const Assignment& assignment) const {
  return resource_ ? std::optional(assignment.values.at(*resource_)) : std::nullopt;
}

Configurations::Configurations(std::size_t levels, std::size_t enough, const Make& make)
    : enough_(enough) {
  for (std::size_t level = 0; level < levels; ++level) {
    levels_.push_back({.suggester = make(), .ended = 0});
  }
}

std::vector<Assignment> Configurations::next(std::size_t count, std::size_t lowest) const {
  const Level& asked = levels_[std::max(asked_, std::min(lowest, levels_.size() - 1))];
  std::vector<Assignment> result;
  for (Suggestion& suggestion : asked.suggester->ask(count).items) {
    result.push_back(std::move(suggestion.assignment));
  }
  return result;
}

void Configurations::issued(std::uint32_t trial, const Assignment& configuration) {
  for (const Level& level : levels_) {
    level.suggester->tell(Issued{.trial = trial, .assignment = configuration, .labels = {}});
  }
}

void Configurations::ended(std::uint32_t trial, std::size_t level, TrialOutcome outcome,
                           const std::vector<double>& objectives) {
  if (level < levels_.size()) {
    levels_[level].suggester->tell(
        Finished{.trial = trial, .outcome = outcome, .objectives = objectives});
    count(level);
  }
}

void Configurations::known(const Assignment& configuration, std::size_t level, TrialOutcome outcome,
                           const std::vector<double>& objectives) {
  if (level < levels_.size()) {
    levels_[level].suggester->tell(
        Known{.assignment = configuration, .outcome = outcome, .objectives = objectives});
    count(level);
  }
}

void Configurations::count(std::size_t level) {
  if (++levels_[level].ended >= enough_) {
    asked_ = std::max(asked_, level);
  }
}

}  // namespace diwan
