// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <optional>
#include <string>
#include <vector>

#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"
#include "algorithms/space/spelling.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  SettingRule eta =
      setting_rule::plain({"eta", "3", "one in eta goes on to the next rung; 0 or less means 3"},
                          SettingRule::Type::truncated_integer, "int", "x >= 2, or x <= 0 for 3");
  return {
      setting_rule::required(
          setting_rule::plain({"resource_name", "", "parameter that takes the resource"},
                              SettingRule::Type::text, "string", "the name of a parameter")),
      setting_rule::required(setting_rule::positive({"r_l", "", "largest resource of a trial"})),
      eta, setting_rule::random_state()};
}

void check_resource(const Problem& problem, SettingProblems& problems) {
  const std::optional<std::string> name = setting(problem.settings, "resource_name");
  if (!name || name->empty()) {
    return;
  }
  const std::optional<std::size_t> parameter = problem.space.index_of(*name);
  if (!parameter) {
    std::vector<std::string> names;
    for (const Parameter& known : problem.space.parameters()) {
      names.push_back(known.name);
    }
    const std::optional<std::string> near = nearest_name(*name, names);
    add_setting_problem(
        problems, problem, "resource_name", "resource_name (" + *name + ") names no parameter",
        near ? "did you mean " + *near + "?" : "name the parameter that takes the resource");
  } else if (!is_interval(problem.space.parameters()[*parameter])) {
    add_setting_problem(problems, problem, "resource_name",
                        "resource_name (" + *name + ") names a list",
                        "make that parameter an int or a double");
  }
}

void check_eta(const Problem& problem, SettingProblems& problems) {
  const std::optional<std::string> text = setting(problem.settings, "eta");
  const std::optional<double> eta = text ? real_of(*text) : std::nullopt;
  if (eta && *eta >= 1 && *eta < 2) {
    add_setting_problem(problems, problem, "eta", "eta (" + *text + ") lets every trial go on",
                        "give x >= 2, or x <= 0 for 3");
  }
}

void check_rungs(const Problem& problem, SettingProblems& problems) {
  check_resource(problem, problems);
  check_eta(problem, problems);
}

CatalogEntry rung_entry(const char* name, const char* summary, const char* source) {
  CatalogEntry entry = catalog_entry(name, summary, source, rules(), nullptr);
  entry.check = check_rungs;
  return entry;
}

}  // namespace

CatalogEntry hyperband_entry() {
  return rung_entry("hyperband", "successive halving in brackets of different eagerness",
                    "Li et al. 2018");
}

CatalogEntry bohb_entry() {
  return rung_entry("bohb", "hyperband whose configurations come from a density model",
                    "Falkner et al. 2018");
}

CatalogEntry asha_entry() {
  return rung_entry("asha", "asynchronous successive halving", "Li et al. 2020");
}

}  // namespace diwan
