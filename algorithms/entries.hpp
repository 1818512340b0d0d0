// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "algorithms/catalog.hpp"

namespace diwan {

// One for each algorithm, beside its code; catalog.cpp lists them.
CatalogEntry auto_entry();
CatalogEntry random_entry();
CatalogEntry grid_entry();
CatalogEntry sobol_entry();
CatalogEntry tpe_entry();
CatalogEntry multivariate_tpe_entry();
CatalogEntry bayesianoptimization_entry();
CatalogEntry cmaes_entry();
CatalogEntry hyperband_entry();
CatalogEntry bohb_entry();
CatalogEntry asha_entry();
CatalogEntry pbt_entry();
CatalogEntry enas_entry();
CatalogEntry darts_entry();
CatalogEntry medianstop_entry();

}  // namespace diwan
