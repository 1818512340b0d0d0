// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <utility>

#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  SettingRule population = setting_rule::plain({"n_population", "", "members trained side by side"},
                                               SettingRule::Type::integer, "int", "x >= 5");
  population.at_least = 5;
  return {
      setting_rule::required(
          setting_rule::plain({"suggestion_trial_dir", "", "where a trial finds its checkpoint"},
                              SettingRule::Type::text, "path", "a path")),
      setting_rule::required(std::move(population)),
      setting_rule::required(
          setting_rule::fraction({"truncation_threshold", "", "share that is replaced each time"})),
      setting_rule::fraction({"resample_probability", "",
                              "chance to draw a value anew; when absent every value is perturbed"}),
      setting_rule::random_state()};
}

}  // namespace

CatalogEntry pbt_entry() {
  CatalogEntry entry =
      catalog_entry("pbt", "population based training", "Jaderberg et al. 2017", rules(), nullptr);
  advise(entry, "schedules, found while a population trains",
         "Take it for values that should change during a training, such as the learning rate.");
  return entry;
}

}  // namespace diwan
