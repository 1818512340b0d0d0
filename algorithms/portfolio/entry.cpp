// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "algorithms/entries.hpp"
#include "algorithms/portfolio/portfolio.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
namespace {

/// Beyond these a Gaussian process has too little to go by.
constexpr std::size_t most_dimensions = 40;

bool can_search(const CatalogEntry& entry, const Problem& problem) {
  if (problem.directions.size() > 1 && !entry.several_objectives) {
    return false;
  }
  const bool conditional = problem.conditions != SpaceConditions{};
  if (conditional && !(entry.conditional_parameters && entry.constraints)) {
    return false;
  }
  SettingProblems problems;
  if (entry.check != nullptr) {
    entry.check(problem, problems);
  }
  return problems.empty();
}

std::unique_ptr<Suggester> make_auto(const Problem& problem) {
  std::vector<CatalogEntry> entries;
  if (problem.space.size() <= most_dimensions) {
    entries.push_back(bayesianoptimization_entry());
  }
  entries.push_back(multivariate_tpe_entry());
  entries.push_back(cmaes_entry());
  std::vector<std::unique_ptr<Suggester>> members;
  for (const CatalogEntry& entry : entries) {
    if (can_search(entry, problem)) {
      members.push_back(entry.make(problem));
    }
  }
  return std::make_unique<Portfolio>(std::move(members));
}

}  // namespace

CatalogEntry auto_entry() {
  CatalogEntry entry =
      catalog_entry("auto", "mixes bayesianoptimization, multivariate-tpe and cmaes for the space",
                    "", {setting_rule::random_state()}, make_auto);
  entry.several_objectives = true;
  entry.info.learns = true;
  entry.conditional_parameters = true;
  entry.constraints = true;
  return entry;
}

}  // namespace diwan
