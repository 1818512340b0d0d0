// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/entries.hpp"
#include "algorithms/rungs/asha.hpp"
#include "algorithms/rungs/hyperband.hpp"
#include "algorithms/rungs/reported_rungs.hpp"
#include "algorithms/rungs/stopping_rungs.hpp"
#include "algorithms/sequence_suggester.hpp"
#include "algorithms/setting_rules.hpp"
#include "algorithms/sobol.hpp"
#include "algorithms/space/shortest.hpp"
#include "algorithms/space/spelling.hpp"
#include "algorithms/tpe/tpe.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> rules() {
  SettingRule eta =
      setting_rule::plain({"eta", "3", "one in eta goes on to the next rung; 0 or less means 3"},
                          SettingRule::Type::truncated_integer, "int", "x >= 2, or x <= 0 for 3");
  return {setting_rule::plain({"resource_name", "",
                               "parameter that takes the resource; when absent the reported steps "
                               "are the resource, and trials are stopped at the rungs"},
                              SettingRule::Type::text, "string", "the name of a parameter"),
          setting_rule::required(
              setting_rule::positive({"r_l", "", "the largest resource of a trial"})),
          setting_rule::positive({"r_min", "",
                                  "least resource of a trial; when absent the least value of the "
                                  "parameter, or 1 (Diwan's own)"}),
          eta, setting_rule::random_state()};
}

std::optional<std::size_t> resource_of(const Problem& problem) {
  const std::optional<std::string> name = setting(problem.settings, "resource_name");
  return name ? problem.space.index_of(*name) : std::nullopt;
}

double eta_of(const Problem& problem) {
  const double given = real_setting(problem.settings, "eta").value_or(3);
  return given <= 0 ? 3 : std::trunc(given);
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

void check_bounds(const Problem& problem, SettingProblems& problems) {
  const std::optional<double> most = real_setting(problem.settings, "r_l");
  const std::optional<double> least = real_setting(problem.settings, "r_min");
  if (most && least && *least > *most) {
    add_setting_problem(problems, problem, "r_min",
                        "r_min (" + shortest(*least) + ") is above r_l (" + shortest(*most) + ")",
                        "swap them");
  }
  const std::optional<std::size_t> resource = resource_of(problem);
  if (resource && problem.space.size() == 1) {
    add_problem(problems, "there is no parameter beside the resource",
                "give at least one to search");
  }
  // What goes on with more of it could be refused at the next rung.
  if (resource && problem.conditions.concerns(*resource)) {
    add_problem(problems,
                "a condition or constraint concerns the resource, " +
                    problem.space.parameters()[*resource].name,
                "leave the resource out of when and constraints");
  }
}

/// Least value of the resource where the file says nothing: the parameter's own, if it is one.
double least_of(const Problem& problem, std::optional<std::size_t> resource) {
  if (const auto given = real_setting(problem.settings, "r_min")) {
    return *given;
  }
  const double low = resource ? problem.space.axis(*resource).decode(0) : 1;
  return low > 0 ? low : 1;
}

/// A bracket starts as many configurations as the largest resource has times the least.
constexpr double most_starters = 1e12;

/// r_l must be a value that the resource can take, and no more than a ladder has levels for.
void check_range(const Problem& problem, SettingProblems& problems) {
  const std::optional<std::size_t> resource = resource_of(problem);
  const std::optional<double> most = real_setting(problem.settings, "r_l");
  const Parameter* const parameter = resource ? &problem.space.parameters()[*resource] : nullptr;
  if (!most || *most <= 0 || (parameter != nullptr && !is_interval(*parameter)) ||
      (parameter == nullptr && setting(problem.settings, "resource_name"))) {
    return;  // said elsewhere
  }
  const std::string given = "r_l (" + shortest(*most) + ")";
  const double low = resource ? problem.space.axis(*resource).decode(0) : 1;
  const bool counted = parameter == nullptr || std::holds_alternative<Integer>(parameter->domain);
  if (parameter != nullptr && *most < low) {
    add_setting_problem(
        problems, problem, "r_l",
        given + " is below the least value of " + parameter->name + " (" + shortest(low) + ")",
        "raise r_l, or lower the min of " + parameter->name);
  } else if (counted && *most < 1) {
    add_setting_problem(problems, problem, "r_l", given + " is below 1, the least whole resource",
                        "give x >= 1");
  } else if (const double least = least_of(problem, resource); *most / least > most_starters) {
    add_setting_problem(
        problems, problem, "r_l",
        given + " is more than 10^12 times the least resource (" + shortest(least) + ")",
        "lower r_l, or give a larger r_min");
  }
}

void check_rungs(const Problem& problem, SettingProblems& problems) {
  check_resource(problem, problems);
  check_eta(problem, problems);
  check_bounds(problem, problems);
  check_range(problem, problems);
}

Ladder ladder_of(const Problem& problem) {
  const std::optional<std::size_t> resource = resource_of(problem);
  const double most = *real_setting(problem.settings, "r_l");
  return Ladder(
      {.least = std::min(most, least_of(problem, resource)), .most = most, .eta = eta_of(problem)},
      resource ? &problem.space.axis(*resource) : nullptr);
}

/// Says when every trial is a full training.
void remark_rungs(const Problem& problem, SettingProblems& remarks) {
  if (ladder_of(problem).size() > 1) {
    return;
  }
  const std::optional<std::size_t> resource = resource_of(problem);
  const double most = *real_setting(problem.settings, "r_l");
  const double least = least_of(problem, resource);
  const std::string name = resource ? problem.space.parameters()[*resource].name : "";
  const std::string why = most < least * eta_of(problem)
                              ? "it is less than eta (" + shortest(eta_of(problem)) +
                                    ") times the least resource (" + shortest(least) + ")"
                              : "the steps of " + name + " are too wide";
  const bool given = setting(problem.settings, "r_min").has_value();
  add_setting_problem(
      remarks, problem, "r_l",
      "there is no rung below r_l (" + shortest(most) + "), so that nothing ends early: " + why,
      most >= least * eta_of(problem) ? "lower its step"
      : given                         ? "lower r_min"
      : resource                      ? "lower the min of " + name
                                      : "raise r_l");
}

/// The conditions over the configurations.
SpaceConditions conditions_of(const Problem& problem) {
  const std::optional<std::size_t> resource = resource_of(problem);
  return resource ? problem.conditions.without(*resource) : problem.conditions;
}

/// Configurations spread evenly.
/// Deviation: Hyperband draws them at random [Li et al. 2018, algorithm 1]; Sobol points leave no
/// part of the space out by chance.
Configurations spread(const SearchSpace& space, const Problem& problem) {
  return {1, 0, [&]() -> std::unique_ptr<Suggester> {
            return std::make_unique<SequenceSuggester>(
                Problem{.space = space, .seed = problem.seed, .conditions = conditions_of(problem)},
                even_sequence(space, problem.seed));
          }};
}

/// Configurations from a density model of each level. The lowest guesses until it has a result for
/// each dimension; one above takes over with as many for either of its two densities, the good and
/// the others, as BOHB's does.
/// Deviation: BOHB's kernels are joint [Falkner et al. 2018, section 3.2]; those of each parameter
/// by itself do better with the few results that a level has (bench/search/fidelity, both tables).
/// Deviation: none is drawn at random on purpose (BOHB: every third), and no bandwidth is widened
/// for the draws (BOHB: by 3): the prior, a component of the good density, keeps the whole space
/// open. Deviation: d + 2 results for either density (BOHB: N_min = d + 1).
Configurations modelled(const SearchSpace& space, std::size_t levels, const Problem& problem) {
  TpeOptions options;
  options.startup = space.size() + 2;
  return {levels, 2 * options.startup, [&]() -> std::unique_ptr<Suggester> {
            return std::make_unique<Tpe>(space, options, problem.seed, conditions_of(problem));
          }};
}

std::unique_ptr<Suggester> make_hyperband(const Problem& problem) {
  const Ladder ladder = ladder_of(problem);
  ResourceSpace space(problem.space, resource_of(problem));
  Configurations configurations = spread(space.searched(), problem);
  if (!resource_of(problem)) {
    return std::make_unique<StoppingRungs>(ladder, std::move(configurations),
                                           StoppingRungs::Brackets::of_hyperband);
  }
  return std::make_unique<Hyperband>(std::move(space), ladder, std::move(configurations));
}

std::unique_ptr<Suggester> make_bohb(const Problem& problem) {
  const Ladder ladder = ladder_of(problem);
  ResourceSpace space(problem.space, resource_of(problem));
  Configurations configurations = modelled(space.searched(), ladder.size(), problem);
  if (!resource_of(problem)) {
    return std::make_unique<StoppingRungs>(ladder, std::move(configurations),
                                           StoppingRungs::Brackets::of_hyperband);
  }
  return std::make_unique<Hyperband>(std::move(space), ladder, std::move(configurations));
}

std::unique_ptr<Suggester> make_asha(const Problem& problem) {
  const Ladder ladder = ladder_of(problem);
  ResourceSpace space(problem.space, resource_of(problem));
  Configurations configurations = modelled(space.searched(), ladder.size(), problem);
  if (!resource_of(problem)) {
    return std::make_unique<StoppingRungs>(ladder, std::move(configurations),
                                           StoppingRungs::Brackets::one);
  }
  return std::make_unique<Asha>(std::move(space), ladder, std::move(configurations));
}

CatalogEntry rung_entry(const char* name, const char* summary, const char* source,
                        CatalogEntry::Make make) {
  CatalogEntry entry = catalog_entry(name, summary, source, rules(), make);
  entry.check = check_rungs;
  entry.remark = remark_rungs;
  entry.info.has_rungs = true;
  entry.info.conditional_parameters = true;
  entry.info.constraints = true;
  return entry;
}

}  // namespace

std::vector<double> reported_rungs(const Problem& problem) {
  if (resource_of(problem)) {
    return {};
  }
  const Ladder ladder = ladder_of(problem);
  std::vector<double> steps;
  for (std::size_t level = 0; level < ladder.size(); ++level) {
    steps.push_back(ladder.resource(level));
  }
  return steps;
}

CatalogEntry hyperband_entry() {
  CatalogEntry entry =
      rung_entry("hyperband", "successive halving in brackets of different eagerness",
                 "Li et al. 2018", make_hyperband);
  advise(entry, "training that tells early; no model wanted",
         "Take it where a short training tells something of the whole one and nothing is to be "
         "learned from earlier configurations; where it may be, bohb. Where curves cross it falls "
         "back on full trainings: after 30 of them 53.86 on gbm_diabetes, random 53.83; on "
         "mlp_digits, where they do not, 0.0163 after 10 where random has 0.0176.");
  return entry;
}

CatalogEntry bohb_entry() {
  CatalogEntry entry =
      rung_entry("bohb", "hyperband whose configurations come from a density model",
                 "Falkner et al. 2018", make_bohb);
  entry.info.learns = true;
  advise(entry, "training that tells early whether to go on",
         "Take it where a short training tells something of the whole one: it spends little on "
         "what is lost and learns from the rest. After 30 full trainings' worth of epochs 0.0151 "
         "on mlp_digits and 53.56 on gbm_diabetes, where curves cross; random search 0.0163 and "
         "53.83.");
  return entry;
}

CatalogEntry asha_entry() {
  CatalogEntry entry =
      rung_entry("asha", "asynchronous successive halving", "Li et al. 2020", make_asha);
  entry.info.learns = true;
  advise(entry, "like bohb, with very many workers",
         "Take it like bohb where hundreds of workers ask at a time: a trial goes on as soon as it "
         "is among the best of its rung so far, and nobody waits for a bracket. After 30 full "
         "trainings' worth of epochs 0.0138 on mlp_digits and 53.56 on gbm_diabetes; random search "
         "0.0163 and 53.83.");
  return entry;
}

}  // namespace diwan
