// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/registry.hpp"
#include "algorithms/settings.hpp"

namespace diwan {

using SettingProblems = std::vector<SettingProblem>;

/// What the registry knows of one algorithm. Each algorithm's folder makes its own (entries.hpp).
struct CatalogEntry {
  /// Adds what keeps the algorithm from `problem` beyond its settings one by one.
  using Check = void (*)(const Problem& problem, SettingProblems& problems);
  /// A suggester that minimises finite numbers, for a problem that passed all checks.
  using Make = std::unique_ptr<Suggester> (*)(const Problem& problem);
  /// An early stopper, for a problem that passed all checks.
  using MakeStopper = std::unique_ptr<EarlyStopper> (*)(const Problem& problem);

  AlgorithmInfo info;                    ///< its settings are those of `rules`
  std::vector<SettingRule> rules;        ///< in the order in which they are printed
  bool passes_unknown_settings = false;  ///< they go to the trial as they are
  Check check = nullptr;
  Check remark = nullptr;              ///< adds what is allowed and hardly meant (remarks())
  Make make = nullptr;                 ///< of a search algorithm that can be run
  MakeStopper make_stopper = nullptr;  ///< of an early stopper
};

/// What every entry begins with. Without `make` the algorithm is known, and cannot be run.
CatalogEntry catalog_entry(const char* name, const char* summary, const char* source,
                           std::vector<SettingRule> rules, CatalogEntry::Make make);
/// Says when to take it (AlgorithmInfo::when and advice).
void advise(CatalogEntry& entry, const char* when, const char* advice);

/// Adds a problem of the space or the settings as a whole.
void add_problem(SettingProblems& problems, std::string what, std::string mend);
/// Adds a problem of the setting `name`, which the problem gives.
void add_setting_problem(SettingProblems& problems, const Problem& problem, std::string_view name,
                         std::string what, std::string mend);

/// All algorithms, search first, each in the order that `diwan algorithms` prints.
std::span<const CatalogEntry> catalog();

}  // namespace diwan
