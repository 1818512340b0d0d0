// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"
#include "statistics/importance.hpp"
#include "statistics/result.hpp"

namespace diwan {

/// What the trials that ended gave by one objective, for statistics over the search space; NaN for
/// those without a finite one. Those that were ended from outside (Killed) tell nothing and are not
/// among them.
std::vector<statistics::Result> results_by(const Loaded& loaded, std::size_t objective = 0);

/// Importances of an experiment's parameters for one objective, as a screen with bars.
std::string importance_table(const Loaded& loaded, std::size_t objective,
                             const statistics::Importance& importance, const Page& page);
/// One row a parameter, which has no `with`, or a pair.
std::string importance_csv(const Loaded& loaded, const statistics::Importance& importance);
/// The document of `importance` (docs/cli.md).
Value importance_value(const Loaded& loaded, std::size_t objective,
                       const statistics::Importance& importance);

}  // namespace diwan
