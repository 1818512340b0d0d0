// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  return {
      setting_rule::one_of({"base_estimator", "GP", "surrogate model"}, {"GP", "RF", "ET", "GBRT"}),
      setting_rule::natural(
          {"n_initial_points", "",
           "points before the model is used; when absent max(4, min(d + 2, 10))"}),
      setting_rule::one_of({"acq_func", "EI", "acquisition function"},
                           {"gp_hedge", "LCB", "EI", "PI", "EIps", "PIps"}),
      setting_rule::one_of({"acq_optimizer", "auto", "how the acquisition is maximised"},
                           {"auto", "sampling", "lbfgs"}),
      setting_rule::random_state()};
}

}  // namespace

CatalogEntry bayesianoptimization_entry() {
  return catalog_entry("bayesianoptimization", "Gaussian process and expected improvement",
                       "Jones et al. 1998; Ament et al. 2023", rules(), nullptr);
}

}  // namespace diwan
