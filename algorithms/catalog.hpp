// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <span>
#include <vector>

#include "algorithms/registry.hpp"
#include "algorithms/settings.hpp"

namespace diwan {

/// What the registry knows of one algorithm.
struct CatalogEntry {
  AlgorithmInfo info;                    ///< its settings are those of `rules`
  std::vector<SettingRule> rules;        ///< in the order in which they are printed
  bool passes_unknown_settings = false;  ///< they go to the trial as they are
};

std::span<const CatalogEntry> catalog();

}  // namespace diwan
