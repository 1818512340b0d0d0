// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/registry.hpp"

#include <algorithm>
#include <stdexcept>

#include "algorithms/catalog.hpp"
#include "algorithms/directed.hpp"
#include "algorithms/sequence_suggester.hpp"
#include "algorithms/settings.hpp"
#include "algorithms/sobol.hpp"
#include "algorithms/space/spelling.hpp"
#include "algorithms/tpe/tpe.hpp"

namespace diwan {
namespace {

using Problems = std::vector<SettingProblem>;

void add(Problems& problems, std::string what, std::string mend) {
  problems.push_back({.setting = std::nullopt, .what = std::move(what), .mend = std::move(mend)});
}

const CatalogEntry* find_entry(std::string_view name) {
  const auto all = catalog();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const auto& entry) { return entry.info.name == name; });
  return found == all.end() ? nullptr : &*found;
}

SettingProblem unknown_setting(const CatalogEntry& entry, const std::string& name) {
  std::vector<std::string> names;
  std::string list;
  for (const SettingRule& rule : entry.rules) {
    names.push_back(rule.info.name);
    list += (list.empty() ? "" : ", ") + rule.info.name;
  }
  const std::optional<std::string> near = nearest_name(name, names);
  return {.setting = std::nullopt,
          .what = entry.info.name + " has no setting " + name,
          .mend = near ? "did you mean " + *near + "?" : "it has " + list};
}

void check_settings(const CatalogEntry& entry, const Settings& settings, Problems& problems) {
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const std::string& name = settings[i].first;
    const std::string& text = settings[i].second;
    const auto rule = std::find_if(entry.rules.begin(), entry.rules.end(),
                                   [&](const auto& known) { return known.info.name == name; });
    const bool repeated =
        std::any_of(settings.begin(), settings.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const auto& earlier) { return earlier.first == name; });
    std::optional<SettingProblem> problem;
    if (repeated) {
      problem = {.setting = i, .what = name + " is given twice", .mend = "remove one of them"};
    } else if (rule != entry.rules.end()) {
      problem = violation(*rule, text);
    } else if (!entry.passes_unknown_settings) {
      problem = unknown_setting(entry, name);
    }
    if (problem) {
      problem->setting = i;
      problems.push_back(*problem);
    }
  }
  for (const SettingRule& rule : entry.rules) {
    if (rule.info.required && !setting(settings, rule.info.name)) {
      add(problems, entry.info.name + " needs the setting " + rule.info.name,
          "give it " + rule.info.range);
    }
  }
}

bool is_number(const Parameter& parameter) {
  return std::holds_alternative<Real>(parameter.domain) ||
         std::holds_alternative<Integer>(parameter.domain);
}

void check_resource(const Problem& problem, Problems& problems) {
  const std::optional<std::string> name = setting(problem.settings, "resource_name");
  if (!name || name->empty()) {
    return;
  }
  const auto at = std::find_if(problem.settings.begin(), problem.settings.end(),
                               [](const auto& entry) { return entry.first == "resource_name"; });
  const auto index = static_cast<std::size_t>(at - problem.settings.begin());
  const std::optional<std::size_t> parameter = problem.space.index_of(*name);
  if (!parameter) {
    std::vector<std::string> names;
    for (const Parameter& known : problem.space.parameters()) {
      names.push_back(known.name);
    }
    const std::optional<std::string> near = nearest_name(*name, names);
    problems.push_back({.setting = index,
                        .what = "resource_name (" + *name + ") names no parameter",
                        .mend = near ? "did you mean " + *near + "?"
                                     : "name the parameter that takes the resource"});
  } else if (!is_number(problem.space.parameters()[*parameter])) {
    problems.push_back({.setting = index,
                        .what = "resource_name (" + *name + ") names a list",
                        .mend = "make that parameter an int or a double"});
  }
}

void check_eta(const Problem& problem, Problems& problems) {
  for (std::size_t i = 0; i < problem.settings.size(); ++i) {
    const auto& [name, text] = problem.settings[i];
    const std::optional<double> eta = name == "eta" ? real_of(text) : std::nullopt;
    if (eta && *eta >= 1 && *eta < 2) {
      problems.push_back({.setting = i,
                          .what = "eta (" + text + ") lets every trial go on",
                          .mend = "give x >= 2, or x <= 0 for 3"});
    }
  }
}

void check_grid(const SearchSpace& space, Problems& problems) {
  bool finite = true;
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (!space.cardinality(i)) {
      finite = false;
      add(problems, "grid needs a step for the double " + space.parameters()[i].name,
          "give feasibleSpace.step, or use random or sobol");
    }
  }
  if (finite && !space.cardinality()) {
    add(problems, "the grid has more than 2^63 points", "use larger steps, or random or sobol");
  }
}

void check_space(std::string_view name, const Problem& problem, Problems& problems) {
  const SearchSpace& space = problem.space;
  const AlgorithmInfo& info = *find_algorithm(name);
  if (info.runnable && space.size() == 0) {
    add(problems, info.name + " has no parameter to search", "give at least one");
  }
  if (name == "tpe" && problem.directions.size() > 1) {
    add(problems, "tpe minimises one objective, not " + std::to_string(problem.directions.size()),
        "use random, grid or sobol");
  }
  if (name == "grid") {
    check_grid(space, problems);
  }
  if (name == "sobol" && space.size() > Sobol::most_dimensions) {
    add(problems,
        "sobol has direction numbers for " + std::to_string(Sobol::most_dimensions) +
            " parameters, not " + std::to_string(space.size()),
        "use random");
  }
  if (name == "cmaes" &&
      std::count_if(space.parameters().begin(), space.parameters().end(), is_number) < 2) {
    add(problems, "cmaes needs two parameters of type int or double", "use tpe or random");
  }
  if (name == "hyperband" || name == "bohb" || name == "asha") {
    check_resource(problem, problems);
    check_eta(problem, problems);
  }
}

std::unique_ptr<Suggester> make_plain(std::string_view name, const Problem& problem) {
  const SearchSpace& space = problem.space;
  if (name == "random") {
    return std::make_unique<SequenceSuggester>(
        space, std::make_unique<RandomSequence>(space, problem.seed), problem.seed);
  }
  if (name == "sobol") {
    return std::make_unique<SequenceSuggester>(
        space, std::make_unique<SobolSequence>(space, problem.seed), problem.seed);
  }
  if (name == "grid") {
    const bool shuffled = setting(problem.settings, "random_state") ||
                          (problem.max_trials && *problem.max_trials < *space.cardinality());
    return std::make_unique<SequenceSuggester>(
        space, std::make_unique<GridSequence>(space, shuffled, problem.seed), problem.seed);
  }
  return std::make_unique<Tpe>(space, tpe_options(problem.settings), problem.seed);
}

}  // namespace

std::span<const AlgorithmInfo> algorithms() {
  static const std::vector<AlgorithmInfo> all = [] {
    std::vector<AlgorithmInfo> infos;
    for (const CatalogEntry& entry : catalog()) {
      infos.push_back(entry.info);
    }
    return infos;
  }();
  return all;
}

const AlgorithmInfo* find_algorithm(std::string_view name) {
  const auto all = algorithms();
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const auto& info) { return info.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<SettingProblem> check(const AlgorithmInfo& algorithm, const Problem& problem) {
  Problems problems;
  if (const CatalogEntry* const entry = find_entry(algorithm.name)) {
    check_settings(*entry, problem.settings, problems);
    check_space(algorithm.name, problem, problems);
  }
  return problems;
}

std::unique_ptr<Suggester> make_suggester(std::string_view name, const Problem& problem) {
  const AlgorithmInfo* const info = find_algorithm(name);
  if (info == nullptr || info->early_stopping) {
    throw std::invalid_argument("no search algorithm is named " + std::string(name) +
                                "; diwan algorithms lists them");
  }
  if (const Problems problems = check(*info, problem); !problems.empty()) {
    throw std::invalid_argument(problems.front().what + "; " + problems.front().mend);
  }
  if (!info->runnable) {
    throw std::invalid_argument(info->name +
                                " cannot be run by this version; use random, grid, sobol or tpe");
  }
  return std::make_unique<DirectedSuggester>(make_plain(name, problem), problem.directions);
}

}  // namespace diwan
