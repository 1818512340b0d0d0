// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/registry.hpp"

#include <algorithm>
#include <stdexcept>

#include "algorithms/catalog.hpp"
#include "algorithms/directed.hpp"
#include "algorithms/feasible.hpp"
#include "algorithms/remarks.hpp"
#include "algorithms/settings.hpp"
#include "algorithms/space/spelling.hpp"

namespace diwan {
namespace {

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

void check_settings(const CatalogEntry& entry, const Settings& settings,
                    SettingProblems& problems) {
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
      add_problem(problems, entry.info.name + " needs the setting " + rule.info.name,
                  "give " + rule.info.range + ": " + rule.info.help);
    }
  }
}

std::string names_of(bool AlgorithmInfo::*able) {
  std::string list;
  for (const CatalogEntry& entry : catalog()) {
    if (entry.info.*able && entry.info.runnable) {
      list += (list.empty() ? "" : ", ") + entry.info.name;
    }
  }
  return list;
}

void check_conditions(const CatalogEntry& entry, const Problem& problem,
                      SettingProblems& problems) {
  const std::string& name = entry.info.name;
  if (problem.conditions.has_conditional() && !entry.info.conditional_parameters) {
    add_problem(problems, name + " cannot search conditional parameters (when)",
                "use one of " + names_of(&AlgorithmInfo::conditional_parameters));
  }
  if (problem.conditions.has_constraint() && !entry.info.constraints) {
    add_problem(problems, name + " cannot keep constraints",
                "use one of " + names_of(&AlgorithmInfo::constraints));
  }
  if (const std::optional<SettingProblem> empty = nothing_allowed(problem)) {
    problems.push_back(*empty);
  }
}

void check_search(const CatalogEntry& entry, const Problem& problem, SettingProblems& problems) {
  if (problem.space.size() == 0) {
    add_problem(problems, entry.info.name + " has no parameter to search", "give at least one");
  }
  if (!entry.info.several_objectives && problem.directions.size() > 1) {
    add_problem(problems,
                entry.info.name + " searches by one objective, not " +
                    std::to_string(problem.directions.size()),
                "use one of " + names_of(&AlgorithmInfo::several_objectives));
  }
  check_conditions(entry, problem, problems);
}

void check_problem(const CatalogEntry& entry, const Problem& problem, SettingProblems& problems) {
  if (entry.make != nullptr) {
    check_search(entry, problem, problems);
  }
  if (entry.check != nullptr) {
    entry.check(problem, problems);
  }
}

/// Throws the first thing that is wrong with running `entry` on `problem`.
void demand_sound(const CatalogEntry& entry, const Problem& problem) {
  if (const SettingProblems problems = check(entry.info, problem); !problems.empty()) {
    throw std::invalid_argument(problems.front().what + "; " + problems.front().mend);
  }
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
  SettingProblems problems;
  if (const CatalogEntry* const entry = find_entry(algorithm.name)) {
    check_settings(*entry, problem.settings, problems);
    check_problem(*entry, problem, problems);
  }
  return problems;
}

std::vector<SettingProblem> remarks(const AlgorithmInfo& algorithm, const Problem& problem) {
  SettingProblems out;
  const CatalogEntry* const entry = find_entry(algorithm.name);
  if (entry != nullptr && entry->remark != nullptr) {
    entry->remark(problem, out);
  }
  return out;
}

std::unique_ptr<Suggester> make_suggester(std::string_view name, const Problem& problem) {
  const CatalogEntry* const entry = find_entry(name);
  if (entry == nullptr || entry->info.early_stopping) {
    throw std::invalid_argument("no search algorithm is named " + std::string(name) +
                                "; diwan algorithms lists them");
  }
  demand_sound(*entry, problem);
  if (entry->make == nullptr) {
    throw std::invalid_argument(
        entry->info.name +
        " cannot be run by this version; `diwan algorithms` lists those that can");
  }
  return std::make_unique<DirectedSuggester>(entry->make(problem), problem);
}

std::unique_ptr<EarlyStopper> make_early_stopper(std::string_view name, const Problem& problem) {
  const CatalogEntry* const entry = find_entry(name);
  if (entry == nullptr || entry->make_stopper == nullptr) {
    throw std::invalid_argument("no early stopping algorithm is named " + std::string(name) +
                                "; diwan algorithms lists them");
  }
  demand_sound(*entry, problem);
  return entry->make_stopper(problem);
}

}  // namespace diwan
