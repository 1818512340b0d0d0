// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
CatalogEntry auto_entry() {
  return catalog_entry("auto", "chooses and mixes algorithms for the space and the budget", "",
                       {setting_rule::random_state()}, nullptr);
}

}  // namespace diwan
