// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  return {setting_rule::positive_integer(
              {"min_trials_required", "3", "finished trials before any is stopped"}),
          setting_rule::positive_integer(
              {"start_step", "4", "reports of a trial before it may be stopped"})};
}

}  // namespace

CatalogEntry medianstop_entry() {
  CatalogEntry entry =
      catalog_entry("medianstop", "stops a trial that is worse than the median of the others",
                    "Golovin et al. 2017", rules(), nullptr);
  entry.info.early_stopping = true;
  return entry;
}

}  // namespace diwan
