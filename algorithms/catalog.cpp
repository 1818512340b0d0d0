// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/catalog.hpp"

#include <algorithm>
#include <utility>

#include "algorithms/entries.hpp"

namespace diwan {

CatalogEntry catalog_entry(const char* name, const char* summary, const char* source,
                           std::vector<SettingRule> rules, CatalogEntry::Make make) {
  CatalogEntry result;
  result.info.name = name;
  result.info.summary = summary;
  result.info.source = source;
  result.info.runnable = make != nullptr;
  for (const SettingRule& one : rules) {
    result.info.settings.push_back(one.info);
  }
  result.rules = std::move(rules);
  result.make = make;
  return result;
}

void advise(CatalogEntry& entry, const char* when, const char* advice) {
  entry.info.when = when;
  entry.info.advice = advice;
}

void add_problem(SettingProblems& problems, std::string what, std::string mend) {
  problems.push_back({.setting = std::nullopt, .what = std::move(what), .mend = std::move(mend)});
}

void add_setting_problem(SettingProblems& problems, const Problem& problem, std::string_view name,
                         std::string what, std::string mend) {
  const auto at = std::find_if(problem.settings.begin(), problem.settings.end(),
                               [name](const auto& entry) { return entry.first == name; });
  const auto index = static_cast<std::size_t>(at - problem.settings.begin());
  problems.push_back({.setting = index, .what = std::move(what), .mend = std::move(mend)});
}

std::span<const CatalogEntry> catalog() {
  static const std::vector<CatalogEntry> all = {
      auto_entry(),
      random_entry(),
      grid_entry(),
      sobol_entry(),
      tpe_entry(),
      multivariate_tpe_entry(),
      bayesianoptimization_entry(),
      cmaes_entry(),
      hyperband_entry(),
      bohb_entry(),
      asha_entry(),
      pbt_entry(),
      enas_entry(),
      darts_entry(),
      medianstop_entry(),
  };
  return all;
}

}  // namespace diwan
